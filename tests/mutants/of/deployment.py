"""Guarantees of deploy/kubernetes: what the manifests say is in harmony with the code and with themselves."""

from tests.mutants.mutant import Mutant
from tests.mutants.places import KUBERNETES

BASE = "deploy/kubernetes/base"
COMPONENTS = "deploy/kubernetes/components"

MUTANTS = (
    Mutant(
        "on Kubernetes what ends in good order is never killed",
        f"{BASE}/patches/every-process.yaml",
        "terminationGracePeriodSeconds: 30\n",
        "terminationGracePeriodSeconds: 25\n",
        f"{KUBERNETES}/test_processes.py::test_what_ends_in_good_order_is_never_killed",
        quick=True,
    ),
    Mutant(
        "on Kubernetes a silent database kills no process",
        f"{BASE}/patches/every-process.yaml",
        "            failureThreshold: 8\n",
        "            failureThreshold: 3\n",
        f"{KUBERNETES}/test_processes.py"
        "::test_nothing_is_killed_for_its_database_before_readiness_has_taken_its_load_away",
    ),
    Mutant(
        "on Kubernetes a process reaches nothing that it has no address for",
        f"{BASE}/network-policies/out.yaml",
        "values: [worker, relay]}]\n",
        "values: [api, worker, relay]}]\n",
        f"{KUBERNETES}/test_network.py::test_a_process_may_go_where_it_has_an_address_for_and_nowhere_else",
        quick=True,
    ),
    Mutant(
        "on Kubernetes the world does not see what is for operators",
        "deploy/kubernetes/overlays/production/ingress.yaml",
        "          - {path: /sessions, ",
        "          - {path: /metrics, pathType: Exact, backend: {service: {name: user-api, port: {name: http}}}}\n"
        "          - {path: /sessions, ",
        f"{KUBERNETES}/test_ingress.py::test_each_route_is_reached_but_those_of_operators",
    ),
    Mutant(
        "on Kubernetes all that may run at once finds a connection",
        f"{COMPONENTS}/autoscaling/apis.yaml",
        "kind: Deployment, name: user-api}\n  minReplicas: 2\n  maxReplicas: 6\n",
        "kind: Deployment, name: user-api}\n  minReplicas: 2\n  maxReplicas: 12\n",
        f"{KUBERNETES}/test_connections.py::test_there_are_connections_for_all_that_may_run_at_once",
    ),
    Mutant(
        "on Kubernetes what Prometheus does not know scales nobody down",
        f"{COMPONENTS}/autoscaling/workers.yaml",
        '          + sum(service:outbox_waiting:max{service="order_service"})\n',
        '          + (sum(service:outbox_waiting:max{service="order_service"}) or vector(0))\n',
        f"{KUBERNETES}/test_monitoring.py::test_what_prometheus_does_not_know_is_no_zero_and_calls_for_the_fallback",
    ),
)
