"""An order's way through both services, from outside."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from tests.api_client import Caller, event, publish
from tests.eventually import eventually
from tests.matrix import on_every_platform
from tests.stack import Stack

pytestmark = on_every_platform


def test_an_order_is_confirmed_and_its_credit_reserved(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)

    order = ada.place(lamp, quantity=2)

    assert order["status"] == "pending"
    assert ada.settled(order["id"])["status"] == "confirmed"
    assert ada.me()["available_credit_cents"] == 50_000


def test_an_order_over_the_limit_is_rejected_and_reserves_nothing(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)

    order = ada.place(lamp, quantity=5)

    settled = ada.settled(order["id"])
    assert (settled["status"], settled["rejection_reason"]) == ("rejected", "insufficient_credit")
    assert ada.me()["available_credit_cents"] == 100_000


def test_cancelling_gives_the_credit_back(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    order = ada.place(lamp)
    ada.settled(order["id"])

    cancelled = ada.cancel(order["id"])

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    eventually(lambda: ada.me()["available_credit_cents"] == 100_000)


def test_an_order_for_a_user_that_nobody_has_is_rejected(stack: Stack, admin: Caller, lamp: str) -> None:
    order = admin.place(lamp, user_id=987_654)

    settled = admin.settled(order["id"])
    assert (settled["status"], settled["rejection_reason"]) == ("rejected", "unknown_user")


def test_parallel_orders_with_room_for_four_confirm_exactly_four(stack: Stack, lamp: str) -> None:
    stack.start("user-worker-2")
    ada = Caller(stack)

    with ThreadPoolExecutor(8) as pool:
        orders = list(pool.map(lambda _: ada.place(lamp), range(12)))

    statuses = [ada.settled(order["id"])["status"] for order in orders]
    assert sorted(statuses) == ["confirmed"] * 4 + ["rejected"] * 8
    assert ada.me()["available_credit_cents"] == 0


def test_orders_are_taken_while_user_service_is_down_and_settle_afterwards(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    ada.settled(ada.place(lamp)["id"])
    for role in ("api", "worker", "relay"):
        stack.terminate(f"user-{role}")

    order = ada.place(lamp)

    assert order["customer_name"] == "Somebody"
    for role in ("api", "worker", "relay"):
        stack.start(f"user-{role}")
    assert ada.settled(order["id"])["status"] == "confirmed"
    stack.await_ready()


def test_another_system_can_list_products_and_request_orders(stack: Stack) -> None:
    ada = Caller(stack)
    broker_url = stack.environment["BROKER_URL"]
    sku, order_id = f"sku-{uuid4()}", str(uuid4())
    listing = {"sku": sku, "name": "Chair", "unit_price_cents": 100, "active": True}
    publish(broker_url, json.dumps(event("catalog.product_listed.v1", listing)).encode(), "catalog.product_listed.v1")
    eventually(lambda: ada.http.get(f"{ada.orders}/products/{sku}", timeout=20).status_code == 200)

    request = {"order_id": order_id, "user_id": ada.id, "lines": [{"sku": sku, "quantity": 3}]}
    publish(broker_url, json.dumps(event("sales.order_requested.v1", request)).encode(), "sales.order_requested.v1")

    eventually(lambda: ada.http.get(f"{ada.orders}/orders/{order_id}", timeout=20).status_code == 200)
    assert ada.settled(order_id)["total_cents"] == 300


def test_one_trace_id_leads_through_both_services(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    trace_id = uuid4().hex
    ada.http.headers["traceparent"] = f"00-{trace_id}-00f067aa0ba902b7-01"

    order = ada.place(lamp)

    ada.settled(order["id"])
    history = ada.http.get(f"{ada.orders}/orders/{order['id']}/history", timeout=20).json()["items"]
    assert [(step["status"], step["trace_id"]) for step in history] == [
        ("pending", trace_id),
        ("confirmed", trace_id),
    ]
