"""``Prefer: wait``: the answer comes when the order is settled, or when the time is over."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from chassis.api.waiting import preferred_seconds
from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import CreditReserved
from order_service.subscriptions import SUBSCRIPTIONS
from tests.component.conftest import bearer
from tests.eventually import eventually
from tests.stores import count, envelope

CHAIR = {"lines": [{"sku": "chair", "quantity": 1}]}


def post(orders: FlaskClient, prefer: str, **headers: str) -> Any:
    client = orders.application.test_client()
    return client.post("/orders", json=CHAIR, headers={**bearer(1), "Prefer": prefer, **headers})


def confirm(orders: FlaskClient, store: Store[Any]) -> str:
    (order,) = orders.get("/orders", headers=bearer(1)).get_json()["items"]
    reserved = CreditReserved(order_id=UUID(order["id"]), user_id=1, amount_cents=100)
    handle_once(store, SUBSCRIPTIONS, [envelope(reserved, source="/user_service")])
    return str(order["id"])


def test_the_answer_comes_as_soon_as_the_order_is_settled(orders: FlaskClient, order_store: Store[Any]) -> None:
    with ThreadPoolExecutor(1) as pool:
        answering = pool.submit(post, orders, "wait=10")
        eventually(lambda: count(order_store, "orders") == 1)
        order_id = confirm(orders, order_store)
        answer = answering.result()

    assert (answer.status_code, answer.get_json()["status"]) == (200, "confirmed")
    assert answer.headers["Location"] == f"/orders/{order_id}"
    assert answer.headers["Preference-Applied"] == "wait=10"
    assert answer.get_json() == orders.get(f"/orders/{order_id}", headers=bearer(1)).get_json()


def test_when_the_time_is_over_the_order_is_pending(orders: FlaskClient) -> None:
    answer = post(orders, "wait=1")

    assert (answer.status_code, answer.get_json()["status"]) == (202, "pending")


def test_what_is_replayed_is_told_at_once_as_it_was(orders: FlaskClient, order_store: Store[Any]) -> None:
    first = orders.post("/orders", json=CHAIR, headers={**bearer(1), "Idempotency-Key": "a"})
    confirm(orders, order_store)

    again = post(orders, "wait=10", **{"Idempotency-Key": "a"})

    assert (again.status_code, again.data) == (202, first.data)


def test_who_finds_all_seats_taken_is_answered_at_once_and_still_has_its_order(
    orders: FlaskClient, order_store: Store[Any]
) -> None:
    seats = orders.application.config["SETTINGS"].api_threads // 2
    with ThreadPoolExecutor(seats) as pool:
        waiting = [pool.submit(post, orders, "wait=5") for _ in range(seats)]
        eventually(lambda: count(order_store, "orders") == seats)

        answer = post(orders, "wait=5")

        assert not any(each.done() for each in waiting)
    assert (answer.status_code, answer.get_json()["status"]) == (202, "pending")
    assert "Preference-Applied" not in answer.headers


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=3", 3),
        ('Wait = "3"', 3),
        ("respond-async, wait=3", 3),
        ("wait=3; reason=hurry", 3),
        ("wait=2, wait=9", 2),
        ("wait=11", 10),
        ("wait=99999999999999999999", 10),
        ("wait=" + "9" * 5000, 10),
        ("wait=" + "0" * 5000 + "3", 3),
        ("wait=000", 0),
        ("", 0),
        ("wait", 0),
        ("wait=", 0),
        ("wait=-1", 0),
        ("wait=1.5", 0),
        ("wait=\u0663", 0),
        (",;=,", 0),
        ("return=minimal", 0),
    ],
)
def test_a_preference_is_read_or_ignored(prefer: str, seconds: int) -> None:
    assert preferred_seconds(prefer) == seconds
