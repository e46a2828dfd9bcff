"""From the world every route of callers is reached, by TLS, and nothing that is for operators."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from chassis.service import Service
from tests.component.conftest import make_app
from tests.deployment.kubernetes.manifests import Object, environment, manifests, of_kind, process, processes
from tests.stores import ORDERS, USERS, opened

FOR_OPERATORS = {"/livez", "/readyz", "/metrics"}
SERVICES = pytest.mark.parametrize("service", [USERS, ORDERS], ids=["user-api", "order-api"])


def ingress() -> Object:
    (found,) = of_kind(manifests("production"), "Ingress").values()
    return dict(found["spec"])


def backend(host: str, path: str) -> str | None:
    """The Service that a request is led to, as the API's reference has it; None where there is no way in."""
    (rules,) = (rule["http"]["paths"] for rule in ingress()["rules"] if rule["host"] == host)
    for rule in rules:
        own = rule["path"]
        if path == own or (rule["pathType"] == "Prefix" and path.startswith(own.rstrip("/") + "/")):
            return str(rule["backend"]["service"]["name"])
    return None


def paths(service: Service, folder: Path) -> Iterator[str]:
    """A path for each route of the application."""
    with opened(service, f"sqlite:///{folder / 'store.sqlite'}") as store:
        for rule in make_app(service, store).url_map.iter_rules():
            if rule.endpoint != "static":
                yield rule.rule


def public_host(service: Service) -> str:
    settings = environment("production", process(processes("production")["user-api"]))
    return str(urlsplit(settings[f"{service.defaults.prefix}_PUBLIC_URL"]).hostname)


@SERVICES
def test_each_route_is_reached_but_those_of_operators(service: Any, tmp_path: Path) -> None:
    own = f"{service.name.partition('_')[0]}-api"

    led = {path: backend(public_host(service), path) for path in paths(service, tmp_path)}

    assert len(led) > len(FOR_OPERATORS)
    assert led == {path: None if path in FOR_OPERATORS else own for path in led}


def test_the_way_in_is_by_tls_for_each_host() -> None:
    with_certificate = {host for entry in ingress()["tls"] for host in entry["hosts"]}

    assert (
        {rule["host"] for rule in ingress()["rules"]} == with_certificate == {public_host(USERS), public_host(ORDERS)}
    )


def test_the_addresses_that_are_told_are_of_tls_and_the_issuer_is_where_its_metadata_are() -> None:
    settings = environment("production", process(processes("production")["user-api"]))

    for name in (
        "USER_PUBLIC_URL",
        "ORDER_PUBLIC_URL",
        "TOKEN_ISSUER",
        "PASSWORD_RESET_URL",
        "EMAIL_CONFIRMATION_URL",
    ):
        assert settings[name].startswith("https://"), name
    assert settings["TOKEN_ISSUER"] == settings["USER_PUBLIC_URL"]
