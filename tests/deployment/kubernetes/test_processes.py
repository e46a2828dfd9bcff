"""How a process is watched, stopped and replaced is in harmony with how it behaves; and a pod may do nothing more."""

import pytest

from chassis.store import postgresql
from tests.deployment.kubernetes.manifests import (
    COMPONENT,
    NAME,
    OVERLAYS,
    Object,
    containers,
    environment,
    labels,
    manifests,
    of_kind,
    pod,
    process,
    processes,
    workloads,
)
from tests.stack import ROOT

pytestmark = pytest.mark.parametrize("overlay", OVERLAYS)

#: What it takes until a database that has fallen silent is given up, measured too: 17 s.
SILENT_SECONDS = postgresql.ANSWER_SECONDS + postgresql.CONNECT_SECONDS


def pause_before_the_signal(workload: Object) -> int:
    """Seconds that pass before the process is told to stop."""
    found: int = process(workload).get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
    return found


def pods(overlay: str) -> dict[str, Object]:
    """Of all that runs, the servers of dev too."""
    return {name: pod(each) for name, each in of_kind(manifests(overlay), "Deployment", "Job", "StatefulSet").items()}


def test_what_ends_in_good_order_is_never_killed(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        drain = float(environment(overlay, process(workload))["DRAIN_SECONDS"])
        grace = pod(workload)["spec"]["terminationGracePeriodSeconds"]

        assert pause_before_the_signal(workload) + drain < grace, name


def test_an_api_goes_on_answering_until_nobody_sends_it_anything(overlay: str) -> None:
    for workload in processes(overlay).values():
        is_asked = labels(workload)[COMPONENT] == "api"
        delay = float(environment(overlay, process(workload))["SHUTDOWN_DELAY_SECONDS"])

        assert (pause_before_the_signal(workload) >= 3) == is_asked
        # In it the connections that are kept open are closed, each with an answer.
        assert delay > 0 or not is_asked


def test_readiness_hears_that_a_database_is_silent(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        assert process(workload)["readinessProbe"]["timeoutSeconds"] > SILENT_SECONDS, name


def test_nothing_is_killed_for_its_database_before_readiness_has_taken_its_load_away(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        ready, live = process(workload)["readinessProbe"], process(workload)["livenessProbe"]
        taken_away = ready["failureThreshold"] * (ready["periodSeconds"] + ready["timeoutSeconds"])

        assert live["failureThreshold"] * live["periodSeconds"] > taken_away + SILENT_SECONDS, name
        assert live["httpGet"]["path"] == process(workload)["startupProbe"]["httpGet"]["path"] == "/livez"
        assert ready["httpGet"]["path"] == "/readyz"


def test_a_probe_asks_a_port_that_the_container_has(overlay: str) -> None:
    for workload in processes(overlay).values():
        ports = {port["name"] for port in process(workload)["ports"]}
        probes = [process(workload)[f"{kind}Probe"] for kind in ("startup", "liveness", "readiness")]

        assert {probe["httpGet"]["port"] for probe in probes} <= ports


def test_while_it_is_replaced_there_are_never_fewer(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        rolling = workload["spec"]["strategy"]["rollingUpdate"]

        assert (rolling["maxUnavailable"], rolling["maxSurge"] > 0) == (0, True), name


def test_a_pod_waits_for_the_schema_before_it_does_anything(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        first, *_ = containers(workload)

        assert first["args"][:3] == [labels(workload)[NAME], "migrate", "--wait"], name
        assert first["image"] == process(workload)["image"]


def test_a_pod_is_spread_among_its_like_of_the_same_release(overlay: str) -> None:
    for workload in processes(overlay).values():
        for rule in pod(workload)["spec"]["topologySpreadConstraints"]:
            told = set(labels(workload)) | {"pod-template-hash"}

            assert {NAME, COMPONENT, "pod-template-hash"} <= set(rule["matchLabelKeys"]) <= told
            assert rule["labelSelector"]["matchLabels"].items() <= labels(workload).items()


def test_every_pod_fits_the_restricted_security_standard(overlay: str) -> None:
    (namespace,) = of_kind(manifests(overlay), "Namespace").values()
    assert namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"

    for name, found in pods(overlay).items():
        spec = found["spec"]
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec), name
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["runAsUser"] > 0
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        kinds = {kind for volume in spec.get("volumes", []) for kind in volume} - {"name"}
        assert kinds <= {"configMap", "emptyDir", "projected", "secret"}, name
        for container in [*spec.get("initContainers", []), *spec["containers"]]:
            own = container["securityContext"]
            assert own["allowPrivilegeEscalation"] is False
            assert own["capabilities"] == {"drop": ["ALL"]}
            assert not {"privileged", "runAsUser", "procMount"} & set(own)


def test_a_pod_writes_to_no_root_holds_no_token_and_has_its_share(overlay: str) -> None:
    for name, found in pods(overlay).items():
        assert found["spec"]["automountServiceAccountToken"] is False, name
        # What Kubernetes would set for each Service is named like our settings.
        assert found["spec"]["enableServiceLinks"] is False
        for container in [*found["spec"].get("initContainers", []), *found["spec"]["containers"]]:
            assert container["securityContext"]["readOnlyRootFilesystem"] is True
            assert {"cpu", "memory"} <= set(container["resources"]["requests"])
            assert "memory" in container["resources"]["limits"]


def test_what_is_run_as_is_what_the_image_was_made_for(overlay: str) -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text()

    for name, workload in workloads(overlay).items():
        as_whom = pod(workload)["spec"]["securityContext"]
        assert f"USER {as_whom['runAsUser']}:{as_whom['runAsGroup']}\n" in dockerfile, name
