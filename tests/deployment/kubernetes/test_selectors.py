"""What names something by labels or by name means something that is there, and all that it should."""

import pytest

from tests.deployment.kubernetes.manifests import (
    COMPONENT,
    OVERLAYS,
    Object,
    is_selected,
    labels,
    manifests,
    of_kind,
    pod,
    process,
    processes,
    workloads,
)

both = pytest.mark.parametrize("overlay", OVERLAYS)


def selected(overlay: str, selector: Object) -> set[str]:
    """The names of the workloads whose pods a selector takes."""
    return {name for name, each in workloads(overlay).items() if is_selected(selector, labels(each))}


@both
def test_a_deployment_looks_after_its_own_pods_alone(overlay: str) -> None:
    for name, workload in processes(overlay).items():
        assert selected(overlay, workload["spec"]["selector"]) == {name}


@both
def test_no_process_is_taken_away_altogether_and_none_holds_up_its_node(overlay: str) -> None:
    budgets = of_kind(manifests(overlay), "PodDisruptionBudget")
    covered = {name: selected(overlay, budget["spec"]["selector"]) for name, budget in budgets.items()}

    assert covered == {name: {name} for name in processes(overlay)}
    for name, budget in budgets.items():
        at_least = processes(overlay)[name]["spec"].get("replicas") or least(overlay, name)
        assert 1 <= budget["spec"]["maxUnavailable"] <= max(1, at_least - 1), name


def least(overlay: str, name: str) -> int:
    """How few of a process its scaler lets run."""
    (scaler,) = (each["spec"] for each in scalers(overlay).values() if each["spec"]["scaleTargetRef"]["name"] == name)
    found: int = scaler.get("minReplicas") or scaler["minReplicaCount"]
    return found


def scalers(overlay: str) -> dict[str, Object]:
    """Whatever changes how many there are."""
    return of_kind(manifests(overlay), "HorizontalPodAutoscaler", "ScaledObject")


def test_in_production_one_of_each_may_go_and_another_goes_on() -> None:
    for name, workload in processes("production").items():
        assert (workload["spec"].get("replicas") or least("production", name)) >= 2, name


def test_apis_and_workers_are_scaled_each_by_one_and_applying_changes_nothing_of_it() -> None:
    targets = [scaler["spec"]["scaleTargetRef"]["name"] for scaler in scalers("production").values()]
    scaled = {name for name, each in processes("production").items() if labels(each)[COMPONENT] in {"api", "worker"}}

    assert sorted(targets) == sorted(scaled)
    assert {name for name, each in processes("production").items() if "replicas" not in each["spec"]} == scaled


def test_a_relay_is_not_scaled_since_one_is_active() -> None:
    assert {
        name: each["spec"]["replicas"]
        for name, each in processes("production").items()
        if labels(each)[COMPONENT] == "relay"
    } == {"user-relay": 2, "order-relay": 2}


@both
def test_a_service_leads_to_the_api_of_its_name_by_a_port_that_it_has(overlay: str) -> None:
    for name, service in of_kind(manifests(overlay), "Service").items():
        if name.endswith("-api"):
            assert selected(overlay, {"matchLabels": service["spec"]["selector"]}) == {name}
        servers = of_kind(manifests(overlay), "Deployment", "StatefulSet")
        (port,), (own,) = service["spec"]["ports"], process(servers[name])["ports"]
        assert (port["targetPort"], port["port"]) == (own["name"], own["containerPort"])


@both
def test_whom_a_process_is_known_as_is_there_and_has_no_token(overlay: str) -> None:
    accounts = of_kind(manifests(overlay), "ServiceAccount")

    for workload in workloads(overlay).values():
        assert accounts[pod(workload)["spec"]["serviceAccountName"]]["automountServiceAccountToken"] is False
    assert not of_kind(manifests(overlay), "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


@both
def test_all_is_in_one_namespace(overlay: str) -> None:
    (namespace,) = of_kind(manifests(overlay), "Namespace")

    assert {each["metadata"]["namespace"] for each in manifests(overlay) if each["kind"] != "Namespace"} == {
        namespace
    }
