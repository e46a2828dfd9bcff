"""A process reaches what it has an address for, and nothing else; and is reached by those alone who have to."""

from urllib.parse import urlsplit

import pytest

from tests.deployment.kubernetes.manifests import (
    COMPONENT,
    NAME,
    OVERLAYS,
    Object,
    environment,
    is_selected,
    labels,
    manifests,
    of_kind,
    process,
    processes,
    workloads,
)
from tests.deployment.kubernetes.test_settings import secrets

both = pytest.mark.parametrize("overlay", OVERLAYS)
#: What an address is for -> the policy that leads there.
WAYS = {
    "USER_DATABASE_URL_FILE": "to-postgresql",
    "ORDER_DATABASE_URL_FILE": "to-postgresql",
    "BROKER_URL_FILE": "to-rabbitmq",
    "REDIS_URL_FILE": "to-redis",
    "SMTP_URL_FILE": "to-smtp",
}


def policies(overlay: str, direction: str, found: dict[str, str]) -> dict[str, Object]:
    """The policies that say something of pods with these labels."""
    return {
        name: policy["spec"]
        for name, policy in of_kind(manifests(overlay), "NetworkPolicy").items()
        if direction in policy["spec"]["policyTypes"] and is_selected(policy["spec"]["podSelector"], found)
    }


def ways_out(overlay: str, workload: Object) -> set[str]:
    """Where a workload may go, by the policies' names."""
    return {name for name, spec in policies(overlay, "Egress", labels(workload)).items() if spec.get("egress")}


@both
def test_nothing_is_open_that_is_not_named(overlay: str) -> None:
    for direction in ("Ingress", "Egress"):
        closed = policies(overlay, direction, {"whatever": "it is"})

        assert list(closed) == ["nothing"]
        assert not closed["nothing"].get(direction.lower())


@both
def test_a_process_may_go_where_it_has_an_address_for_and_nowhere_else(overlay: str) -> None:
    for name, workload in workloads(overlay).items():
        needed = {WAYS[each] for each in environment(overlay, process(workload)) if each in WAYS}
        # It looks up tokens' keys at the other service.
        needed |= {"to-user-api"} if name == "order-api" else set()

        assert ways_out(overlay, workload) == needed | {"to-names"}, name


@both
def test_no_way_leads_everywhere(overlay: str) -> None:
    for name, policy in of_kind(manifests(overlay), "NetworkPolicy").items():
        for direction, who in (("egress", "to"), ("ingress", "from")):
            for rule in policy["spec"].get(direction, []):
                assert rule.get(who), name
                assert rule.get("ports"), name


@both
def test_the_way_is_to_the_port_that_stands_in_the_address(overlay: str) -> None:
    own = {"user-service": secrets(overlay, "user-service"), "order-service": secrets(overlay, "order-service")}
    usual = {"postgresql+psycopg": 5432, "amqp": 5672, "amqps": 5671, "redis": 6379, "smtp": 25}
    out = of_kind(manifests(overlay), "NetworkPolicy")

    for held in own.values():
        for key, value in held.items():
            way = {"database-url": "to-postgresql", "broker-url": "to-rabbitmq", "redis-url": "to-redis"}.get(
                key, "to-smtp"
            )
            (rule,) = out[way]["spec"]["egress"]
            parts = urlsplit(value)
            assert (parts.port or usual[parts.scheme]) in {port["port"] for port in rule["ports"]}, key


def test_the_servers_of_dev_let_in_just_those_who_are_let_out_to_them() -> None:
    servers = of_kind(manifests("dev"), "StatefulSet")
    for name, server in servers.items():
        let_in = policies("dev", "Ingress", labels(server))[f"{name}-in"]["ingress"]
        ((comes, leaves),) = (
            (rule["from"][0]["podSelector"], of_kind(manifests("dev"), "NetworkPolicy")[f"to-{name}"]["spec"])
            for rule in let_in
        )

        (rule,) = leaves["egress"]
        assert is_selected(rule["to"][0]["podSelector"], labels(server))
        for workload in workloads("dev").values():
            assert is_selected(comes, labels(workload)) == is_selected(leaves["podSelector"], labels(workload))
        assert process(server)["ports"][0]["containerPort"] == rule["ports"][0]["port"]


@both
def test_callers_get_to_apis_and_prometheus_to_every_process(overlay: str) -> None:
    for name, workload in workloads(overlay).items():
        sources = set(policies(overlay, "Ingress", labels(workload))) - {"nothing"}
        role = labels(workload)[COMPONENT]
        expected = {"from-callers"} if role == "api" else set()
        expected |= {"from-prometheus"} if role != "migrate" else set()
        expected |= {"from-order-api"} if name == "user-api" else set()

        assert sources == expected, name


@both
def test_who_is_let_in_is_who_is_let_out(overlay: str) -> None:
    every = of_kind(manifests(overlay), "NetworkPolicy")
    ((source,),) = (rule["from"] for rule in every["from-order-api"]["spec"]["ingress"])
    ((target,),) = (rule["to"] for rule in every["to-user-api"]["spec"]["egress"])

    for name, workload in processes(overlay).items():
        assert is_selected(source["podSelector"], labels(workload)) == (name == "order-api")
        assert is_selected(target["podSelector"], labels(workload)) == (name == "user-api")
    assert labels(processes(overlay)["user-api"])[NAME] == "user-service"


@both
def test_a_port_that_is_named_is_one_that_the_pod_has(overlay: str) -> None:
    for workload in processes(overlay).values():
        for spec in policies(overlay, "Ingress", labels(workload)).values():
            for rule in spec.get("ingress", []):
                assert {port["port"] for port in rule["ports"]} <= {
                    port["name"] for port in process(workload)["ports"]
                }


@both
def test_the_keys_are_looked_for_where_the_way_leads(overlay: str) -> None:
    address = urlsplit(environment(overlay, process(processes(overlay)["order-api"]))["JWKS_URL"])
    service = of_kind(manifests(overlay), "Service")["user-api"]

    assert (address.hostname, address.port) == ("user-api", service["spec"]["ports"][0]["port"])
