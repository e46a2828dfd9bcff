"""Entity tags: what the caller has already is not sent again, and what it has not seen is not overwritten."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserRegistered
from order_service.subscriptions import SUBSCRIPTIONS
from tests.component.conftest import ADMIN, bearer
from tests.stores import envelope

SignUp = Callable[..., dict[str, Any]]
LAMP = {"name": "Lamp", "unit_price_cents": 1, "active": True}


def tag(client: FlaskClient, path: str) -> str:
    answer = client.get(path, headers=bearer(1, ADMIN))
    assert answer.status_code == 200
    return str(answer.headers["ETag"])


def test_what_the_caller_has_already_is_not_sent_again(users: FlaskClient, sign_up: SignUp) -> None:
    path = f"/users/{sign_up()['id']}"
    headers = bearer(1, ADMIN)

    answer = users.get(path, headers={**headers, "If-None-Match": tag(users, path)})

    assert (answer.status_code, answer.data) == (304, b"")
    assert users.get(path, headers={**headers, "If-None-Match": '"another"'}).status_code == 200


def test_a_tag_is_strong_and_the_same_wherever_the_same_is_shown(users: FlaskClient, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]

    mine = users.get("/users/me", headers=bearer(user_id)).headers["ETag"]

    assert mine == tag(users, f"/users/{user_id}")
    assert mine.startswith('"')


def test_a_limit_is_set_only_on_what_the_caller_has_seen(users: FlaskClient, sign_up: SignUp) -> None:
    path = f"/users/{sign_up()['id']}"
    seen = tag(users, path)

    def put(cents: int, if_match: str) -> Any:
        headers = {**bearer(1, ADMIN), "If-Match": if_match}
        return users.put(f"{path}/credit-limit", json={"credit_limit_cents": cents}, headers=headers)

    first, second = put(5, seen), put(6, seen)

    assert (first.status_code, second.status_code) == (200, 412)
    assert second.content_type == "application/problem+json"
    assert first.headers["ETag"] == tag(users, path)
    assert users.get(path, headers=bearer(1, ADMIN)).get_json()["credit_limit_cents"] == 5
    assert put(7, "*").status_code == 200


@pytest.mark.parametrize("if_match", ['W/"weak"', "nonsense", '"a", "b"'])
def test_a_tag_that_is_not_the_resource_s_changes_nothing(if_match: str, orders: FlaskClient) -> None:
    headers = {**bearer(1, ADMIN), "If-Match": if_match}

    assert orders.put("/products/lamp", json=LAMP, headers=headers).status_code == 412

    assert orders.get("/products/lamp").get_json()["unit_price_cents"] == 25_000


def test_what_is_not_there_matches_nothing(orders: FlaskClient) -> None:
    headers = {**bearer(1, ADMIN), "If-Match": "*"}

    assert orders.put("/products/new", json=LAMP, headers=headers).status_code == 412
    assert orders.get("/products/new").status_code == 404


def test_without_if_match_a_write_is_accepted(orders: FlaskClient) -> None:
    assert orders.put("/products/lamp", json=LAMP, headers=bearer(1, ADMIN)).status_code == 200


def test_an_order_s_tag_covers_also_the_name_that_is_known_later(
    orders: FlaskClient, order_store: Store[Any]
) -> None:
    body = {"lines": [{"sku": "lamp", "quantity": 1}]}
    path = orders.post("/orders", json=body, headers=bearer(7)).headers["Location"]
    before = orders.get(path, headers=bearer(7)).headers["ETag"]

    registered = UserRegistered(user_id=7, name="Ada", email=f"{uuid4()}@example.com", credit_limit_cents=1)
    handle_once(order_store, SUBSCRIPTIONS, [envelope(registered, source="/user_service")])

    assert orders.get(path, headers=bearer(7)).headers["ETag"] != before
