"""Clients that act for themselves, and how they show who they are."""

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc import jwt

from chassis.store.store import Store
from tests.component.conftest import KEY
from tests.component.oauth.asking import (
    basic,
    token,
)


@pytest.mark.parametrize("way", ["basic", "post"])
def test_another_system_gets_a_token_for_itself_with_its_secret(way: str, users: FlaskClient, secret: str) -> None:
    shown = (
        {"headers": basic("billing", secret)} if way == "basic" else {"client_id": "billing", "client_secret": secret}
    )

    answer = token(users, grant_type="client_credentials", **shown)

    tokens = answer.get_json()
    claims = jwt.decode(tokens["access_token"], KEY).claims
    assert (claims["sub"], claims["client_id"], tokens["scope"]) == (
        "billing",
        "billing",
        "credit:write users:read",
    )
    assert "refresh_token" not in tokens


def test_a_client_gets_no_more_than_it_may_have(users: FlaskClient, secret: str) -> None:
    def ask(scope: str) -> Any:
        return token(users, grant_type="client_credentials", scope=scope, headers=basic("billing", secret)).get_json()

    assert ask("users:read")["scope"] == "users:read"
    assert ask("users:read orders:write")["scope"] == "users:read"
    assert ask("everything")["error"] == "invalid_scope"


@pytest.mark.parametrize("shown", ["wrong", "", "another-client"])
def test_a_wrong_secret_gives_nothing(shown: str, users: FlaskClient, secret: str, shop: str) -> None:
    client_id = "shop" if shown == "another-client" else "billing"

    answer = token(users, grant_type="client_credentials", headers=basic(client_id, shown or "x"))

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="event-services"'


@pytest.mark.parametrize("named", [b"\xff\xfe:\xff", b"%00:x", b"billing:%00", b"\xc3\xa9:x", b":x", b"", b"billing"])
def test_a_header_that_names_no_client_gives_nothing(named: bytes, users: FlaskClient, secret: str) -> None:
    headers = {"Authorization": f"Basic {base64.b64encode(named).decode()}"}

    answers = [
        users.post(f"/oauth/{path}", data={"grant_type": "client_credentials", "token": "x"}, headers=headers)
        for path in ("token", "revoke", "introspect")
    ]

    assert [(answer.status_code, answer.get_json()["error"]) for answer in answers] == [(401, "invalid_client")] * 3


def test_a_public_client_gets_nothing_for_itself(users: FlaskClient, shop: str) -> None:
    answer = token(users, grant_type="client_credentials", client_id="shop")

    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == "invalid_client"


def test_a_client_that_is_disabled_gets_nothing(users: FlaskClient, user_store: Store[Any], secret: str) -> None:
    with user_store.writing() as unit_of_work:
        unit_of_work.clients.find("billing").disabled_at = unit_of_work.now

    answer = token(users, grant_type="client_credentials", headers=basic("billing", secret))

    assert answer.get_json()["error"] == "invalid_client"
