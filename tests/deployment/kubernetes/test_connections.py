"""However many run at once, PostgreSQL has a connection for each."""

import pytest

from tests.deployment.kubernetes.manifests import (
    COMPONENT,
    OVERLAYS,
    Object,
    environment,
    examples,
    labels,
    manifests,
    of_kind,
    process,
    processes,
)

#: What docs/runbook.md says of a worker and a relay; a migration and one who waits for it have one each.
OF_A_WORKER_OR_RELAY = 4
OF_A_MIGRATION = 1
#: Kept for its administrators, and for what looks after it.
KEPT = 10
#: PostgreSQL's own, where nothing is said.
DEFAULT = 100


def most(overlay: str, name: str, workload: Object) -> int:
    """How many of a process may run at once, while it is replaced too."""
    for scaler in of_kind(manifests(overlay), "HorizontalPodAutoscaler", "ScaledObject").values():
        if scaler["spec"]["scaleTargetRef"]["name"] == name:
            at_most: int = scaler["spec"].get("maxReplicas") or scaler["spec"]["maxReplicaCount"]
            break
    else:
        at_most = workload["spec"]["replicas"]
    surge: int = workload["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    return at_most + surge


def of_one(overlay: str, workload: Object) -> int:
    """The connections of one process, and of what waits before it."""
    if labels(workload)[COMPONENT] != "api":
        return OF_A_WORKER_OR_RELAY
    return int(environment(overlay, process(workload))["DATABASE_POOL_SIZE"])


def there_are(overlay: str) -> int:
    """How many the server of the overlay grants."""
    if overlay == "dev":
        return DEFAULT
    (cluster,) = (each for each in examples()["postgresql.yaml"] if each["kind"] == "Cluster")
    return int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_there_are_connections_for_all_that_may_run_at_once(overlay: str) -> None:
    needed = sum(most(overlay, name, each) * of_one(overlay, each) for name, each in processes(overlay).items())

    assert needed + 2 * OF_A_MIGRATION + KEPT <= there_are(overlay)


@pytest.mark.parametrize("overlay", OVERLAYS)
def test_a_process_has_a_connection_for_each_thread_and_one_more(overlay: str) -> None:
    for workload in processes(overlay).values():
        settings = environment(overlay, process(workload))

        assert int(settings["DATABASE_POOL_SIZE"]) > int(settings["API_THREADS"])
