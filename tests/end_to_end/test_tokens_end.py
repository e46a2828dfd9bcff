"""Tokens end in both services, soon, and nothing that is secret is left in a log."""

from typing import Any

import pytest
import requests

from tests.api_client import PASSWORD, Caller, an_admin
from tests.eventually import eventually
from tests.stack import Stack

NEW_PASSWORD = "another horse battery staple"
#: What the contract gives an event to be heard, when nothing is down.
SOON_SECONDS = 5


def orders_status(caller: Caller) -> int:
    return caller.http.get(f"{caller.orders}/orders", timeout=20).status_code


def end_by_password(ada: Caller, _admin: Caller) -> requests.Response:
    body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}
    return ada.http.put(f"{ada.users}/users/{ada.id}/password", json=body, timeout=20)


def end_by_roles(ada: Caller, admin: Caller) -> requests.Response:
    return admin.http.put(f"{ada.users}/users/{ada.id}/roles", json={"roles": ["support"]}, timeout=20)


def end_by_leaving(ada: Caller, _admin: Caller) -> requests.Response:
    return ada.http.delete(f"{ada.users}/users/{ada.id}", timeout=20)


@pytest.mark.parametrize("end", [end_by_password, end_by_roles, end_by_leaving])
def test_the_other_service_refuses_ended_tokens_as_soon_as_it_hears_of_it(
    end: Any, stack: Stack, admin: Caller
) -> None:
    ada = Caller(stack)
    assert orders_status(ada) == 200

    assert end(ada, admin).status_code in {200, 204}

    assert ada.http.get(f"{ada.users}/users/me", timeout=20).status_code == 401
    eventually(lambda: orders_status(ada) == 401, timeout=SOON_SECONDS)


def test_who_signs_in_anew_is_let_in_at_once(stack: Stack, admin: Caller) -> None:
    ada = Caller(stack)
    email = ada.me()["email"]
    end_by_password(ada, admin)

    again = Caller(stack, email=email, password=NEW_PASSWORD)

    eventually(lambda: orders_status(ada) == 401, timeout=SOON_SECONDS)
    assert orders_status(again) == 200


def test_who_is_erased_is_forgotten_by_the_other_service_too(stack: Stack, admin: Caller, lamp: str) -> None:
    ada = Caller(stack)
    order_id = ada.place(lamp)["id"]
    eventually(lambda: admin.order(order_id)["customer_name"] == "Somebody")
    refused = stack.command("user-service", "erase", str(ada.id))
    end_by_leaving(ada, admin)

    done = stack.command("user-service", "erase", str(ada.id))

    assert (refused.returncode, done.returncode) == (1, 0), done.stderr
    eventually(lambda: admin.order(order_id)["customer_name"] is None)
    told = stack.command("user-service", "admin-actions").stdout
    assert f"user.erased                   user {ada.id}" in told


def test_no_log_tells_a_secret_or_an_email(stack: Stack, lamp: str) -> None:
    admin, ada = an_admin(stack), Caller(stack)
    email = ada.me()["email"]
    session = requests.post(f"{ada.users}/sessions", json={"email": email, "password": PASSWORD}, timeout=20).json()
    form = {"grant_type": "refresh_token", "refresh_token": session["refresh_token"]}
    refreshed = requests.post(f"{ada.users}/oauth/token", data=form, timeout=20).json()
    requests.post(f"{ada.users}/oauth/token", data={**form, "client_id": "nobody"}, timeout=20)
    requests.post(f"{ada.users}/sessions", json={"email": email, "password": "wrong horse battery"}, timeout=20)
    requests.post(f"{ada.users}/users", json={"name": "x", "email": email, "password": NEW_PASSWORD}, timeout=20)
    ada.settled(ada.place(lamp)["id"])
    end_by_leaving(ada, admin)
    eventually(lambda: orders_status(ada) == 401, timeout=SOON_SECONDS)

    told = "".join(path.read_text() for path in stack.folder.glob("*.log"))
    metrics = "".join(requests.get(f"{url}/metrics", timeout=20).text for url in (ada.users, ada.orders))

    token = ada.http.headers["Authorization"].removeprefix("Bearer ")
    secrets = {
        "email": email,
        "password": PASSWORD,
        "wrong password": "wrong horse",
        "access token": token.rpartition(".")[2],
        "refresh token": session["refresh_token"],
        "next refresh token": refreshed["refresh_token"],
        "hash": "$argon2",
    }
    assert [name for name, secret in secrets.items() if secret in told + metrics] == []
