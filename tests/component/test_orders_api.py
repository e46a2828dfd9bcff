"""order_service's REST API."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from chassis.store.store import Store
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import count, outbox


def lines(*wanted: tuple[str, Any]) -> dict[str, Any]:
    return {"lines": [{"sku": sku, "quantity": quantity} for sku, quantity in wanted]}


def place(orders: FlaskClient, user_id: int = 1, sku: str = "chair") -> dict[str, Any]:
    answer = orders.post("/orders", json=lines((sku, 1)), headers=bearer(user_id))
    assert answer.status_code == 202, answer.text
    return dict(answer.get_json())


@on_each_database
def test_placing_answers_the_pending_order_and_stores_it_with_its_event(
    orders: FlaskClient, order_store: Store[Any]
) -> None:
    answer = orders.post("/orders", json=lines(("lamp", 2), ("chair", 3)), headers=bearer(7))

    order = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (202, f"/orders/{order['id']}")
    assert {key: order[key] for key in order if key not in {"id", "created_at", "updated_at"}} == {
        "user_id": 7,
        "customer_name": None,
        "status": "pending",
        "rejection_reason": None,
        "lines": [
            {"sku": "lamp", "name": "Lamp", "quantity": 2, "unit_price_cents": 25_000},
            {"sku": "chair", "name": "Chair", "quantity": 3, "unit_price_cents": 100},
        ],
        "total_cents": 50_300,
    }
    (told,) = outbox(order_store)
    assert (told.type, told.subject) == ("order.placed.v1", order["id"])


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({}, ["lines"]),
        ({"lines": []}, ["lines"]),
        (lines(("chair", 0)), ["lines.0.quantity"]),
        (lines(("chair", 1001)), ["lines.0.quantity"]),
        (lines(("chair", "1")), ["lines.0.quantity"]),
        (lines(("nothing", 1), ("chair", 1), ("old", 1)), ["lines.0.sku", "lines.2.sku"]),
        (lines(("chair", 1), ("chair", 2)), ["lines.1.sku"]),
        (lines(("no sku!", 1)), ["lines.0.sku"]),
        (lines(*((f"sku-{number}", 1) for number in range(101))), ["lines"]),
        ({**lines(("chair", 1)), "status": "confirmed"}, ["status"]),
        ({**lines(("chair", 1)), "user_id": 0}, ["user_id"]),
        ([], ["_schema"]),
    ],
)
def test_a_bad_order_is_refused_by_path_and_changes_nothing(
    body: Any, paths: list[str], orders: FlaskClient, order_store: Store[Any]
) -> None:
    answer = orders.post("/orders", json=body, headers=bearer(1, ADMIN))

    assert answer.status_code == 422, answer.text
    assert list(answer.get_json()["errors"]) == paths
    assert (count(order_store, "orders"), count(order_store, "outbox")) == (0, 0)


def test_a_total_that_is_too_high_is_refused(orders: FlaskClient) -> None:
    price = {"name": "Moon", "unit_price_cents": 10**9}
    skus = [f"moon-{number}" for number in range(2)]
    for sku in skus:
        orders.put(f"/products/{sku}", json=price, headers=bearer(1, ADMIN))

    answer = orders.post("/orders", json=lines(*((sku, 1000) for sku in skus)), headers=bearer(1))

    assert answer.status_code == 422


def test_ordering_for_another_needs_the_right_and_a_client_has_to_name_one(orders: FlaskClient) -> None:
    def status(headers: dict[str, str], **more: Any) -> int:
        return orders.post("/orders", json={**lines(("chair", 1)), **more}, headers=headers).status_code

    assert status(bearer(1), user_id=1) == 202
    assert status(bearer(1), user_id=2) == 403
    assert status(bearer(1, "orders:write"), user_id=2) == 202
    assert status(bearer("a-client", "orders:write")) == 422
    assert status(bearer("a-client"), user_id=2) == 403
    assert status({}) == 401


def test_another_user_s_order_can_not_be_told_from_none(orders: FlaskClient) -> None:
    order_id = place(orders)["id"]

    for path in (f"/orders/{order_id}", f"/orders/{order_id}/history"):
        assert orders.get(path, headers=bearer(1)).status_code == 200
        assert orders.get(path, headers=bearer(2)).status_code == 404
        assert orders.get(path, headers=bearer(2, "orders:read")).status_code == 200
    assert orders.post(f"/orders/{order_id}/cancel", headers=bearer(2, "orders:read")).status_code == 404
    assert orders.get(f"/orders/{uuid4()}", headers=bearer(1)).status_code == 404
    assert orders.get("/orders/no-uuid", headers=bearer(1)).status_code == 404


def test_cancelling_is_told_once_however_often_it_is_asked(orders: FlaskClient, order_store: Store[Any]) -> None:
    order_id = place(orders)["id"]

    answers = [orders.post(f"/orders/{order_id}/cancel", headers=bearer(1)) for _ in range(2)]

    assert [(answer.status_code, answer.get_json()["status"]) for answer in answers] == [(200, "cancelled")] * 2
    assert [event.type for event in outbox(order_store)] == ["order.placed.v1", "order.cancelled.v1"]


@on_each_database
def test_the_history_names_the_events_that_told_of_each_step(orders: FlaskClient, order_store: Store[Any]) -> None:
    order_id = place(orders)["id"]
    orders.post(f"/orders/{order_id}/cancel", headers=bearer(1))

    history = orders.get(f"/orders/{order_id}/history", headers=bearer(1)).get_json()["items"]

    assert [step["status"] for step in history] == ["pending", "cancelled"]
    assert [step["event_id"] for step in history] == [event.id for event in outbox(order_store)]


@on_each_database
def test_pages_are_complete_newest_first_and_lead_to_each_other(orders: FlaskClient) -> None:
    placed = [place(orders)["id"] for _ in range(7)]
    place(orders, user_id=2)

    seen, path = [], "/orders?limit=3"
    while path:
        answer = orders.get(path, headers=bearer(1))
        seen += [order["id"] for order in answer.get_json()["items"]]
        path = answer.headers.get("Link", "").partition(">")[0].removeprefix("<")

    assert seen == placed[::-1]


def test_the_list_shows_one_s_own_and_all_to_readers(orders: FlaskClient) -> None:
    mine, other = place(orders)["id"], place(orders, user_id=2)["id"]

    def ids(query: str, headers: dict[str, str]) -> list[str]:
        return [order["id"] for order in orders.get(f"/orders{query}", headers=headers).get_json()["items"]]

    assert ids("", bearer(1)) == [mine]
    assert ids("", bearer(9, "orders:read")) == [other, mine]
    assert ids("?user_id=2", bearer(9, "orders:read")) == [other]
    assert ids("?status=cancelled", bearer(1)) == []
    assert orders.get("/orders?user_id=2", headers=bearer(1)).status_code == 403
    assert orders.get("/orders", headers=bearer("a-client")).status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "after=x",
        "after=W10",
        "after=WyJcdWQ4MDAiLCAieCJd",
        "status=lost",
        "user_id=0",
    ],
)
def test_a_bad_query_is_refused(query: str, orders: FlaskClient) -> None:
    assert orders.get(f"/orders?{query}", headers=bearer(1, ADMIN)).status_code == 422


@on_each_database
@pytest.mark.parametrize("key", ['["\\ud800"]', '["\\u0000"]', '["a", "b"]', "{}"])
def test_a_cursor_that_somebody_made_up_is_refused(key: str, orders: FlaskClient) -> None:
    cursor = base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")

    assert orders.get(f"/products?after={cursor}").status_code == 422


@on_each_database
def test_products_are_paged_by_sku_and_only_active_ones(orders: FlaskClient) -> None:
    first = orders.get("/products?limit=1")
    second = orders.get(first.headers["Link"].partition(">")[0].removeprefix("<"))

    assert [product["sku"] for product in first.get_json()["items"]] == ["chair"]
    assert [product["sku"] for product in second.get_json()["items"]] == ["lamp"]
    assert second.get_json()["next"] is None


def test_a_product_is_set_by_who_may(orders: FlaskClient) -> None:
    body = {"name": "Desk", "unit_price_cents": 5}

    assert orders.put("/products/desk", json=body, headers=bearer(1)).status_code == 403
    assert orders.put("/products/desk", json=body, headers=bearer(1, ADMIN)).status_code == 201
    assert orders.put("/products/desk", json=body, headers=bearer(1, ADMIN)).status_code == 200
    assert orders.put("/products/-desk", json=body, headers=bearer(1, ADMIN)).status_code == 404
    assert orders.get("/products/desk").get_json()["unit_price_cents"] == 5
    assert orders.get("/products/none").status_code == 404
