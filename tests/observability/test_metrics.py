"""What the running system counts: each thing once, where it happens, under labels that nobody can make up."""

import json

import pika
import requests

from tests import brokers
from tests.api_client import Caller, event, publish
from tests.eventually import eventually
from tests.observability.scrapes import samples, total
from tests.stack import Stack

HOSTILE = "hostile-7c1d"


def test_an_order_is_counted_once_on_each_step(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    names = (
        ("events_stored_total", {"type": "order.placed.v1"}),
        ("deliveries_total", {"type": "order.placed.v1", "outcome": "ack"}),
        ("deliveries_total", {"type": "user.credit_reserved.v1", "outcome": "ack"}),
        ("orders_settled_total", {"result": "confirmed"}),
        ("order_settling_seconds_count", {}),
        ("http_requests_total", {"route": "/orders", "method": "POST", "status": "202"}),
    )
    before = [total(stack, name, **labels) for name, labels in names]
    published = total(stack, "outbox_published_total", service="order")

    ada.settled(ada.place(lamp)["id"])

    eventually(lambda: [total(stack, name, **labels) for name, labels in names] == [value + 1 for value in before])
    eventually(lambda: total(stack, "outbox_published_total", service="order") == published + 2)


def test_an_order_that_is_cancelled_after_it_was_confirmed_has_settled_once(stack: Stack, lamp: str) -> None:
    ada = Caller(stack)
    order = ada.place(lamp)
    ada.settled(order["id"])
    before = {result: total(stack, "orders_settled_total", result=result) for result in ("confirmed", "cancelled")}
    stored = total(stack, "events_stored_total", type="order.cancelled.v1")

    ada.cancel(order["id"])

    assert total(stack, "events_stored_total", type="order.cancelled.v1") == stored + 1
    assert {result: total(stack, "orders_settled_total", result=result) for result in before} == before


def test_an_event_that_comes_twice_is_counted_as_a_duplicate(stack: Stack) -> None:
    listing = {"sku": "twice", "name": "Twice", "unit_price_cents": 1, "active": True}
    body = json.dumps(event("catalog.product_listed.v1", listing)).encode()
    before = total(stack, "inbox_duplicates_total", service="order")

    for _ in range(2):
        publish(stack.environment["BROKER_URL"], body, "catalog.product_listed.v1")

    eventually(lambda: total(stack, "inbox_duplicates_total", service="order") == before + 1)


def test_a_message_that_nobody_can_read_is_a_dead_letter_by_reason(stack: Stack) -> None:
    before = total(stack, "dead_letters_total", service="order", reason="NotJson")

    publish(stack.environment["BROKER_URL"], b"{", "catalog.product_listed.v1")

    eventually(lambda: total(stack, "dead_letters_total", service="order", reason="NotJson") == before + 1)
    waiting = brokers.depth(stack.environment["BROKER_URL"], "order_service.dead")
    assert waiting > 0
    eventually(lambda: total(stack, "queue_messages", service="order", kind="dead") == waiting)


def test_tokens_that_are_given_and_refused_are_counted(stack: Stack) -> None:
    issued = total(stack, "tokens_issued_total", grant="password")
    refused = total(stack, "tokens_refused_total", grant="password", status="401")
    ada = Caller(stack)

    answer = requests.post(
        f"{ada.users}/sessions", json={"email": "nobody@example.com", "password": "x" * 12}, timeout=20
    )

    assert answer.status_code == 401
    assert total(stack, "tokens_issued_total", grant="password") == issued + 1
    assert total(stack, "tokens_refused_total", grant="password", status="401") == refused + 1


def test_each_process_tells_of_its_connections(stack: Stack) -> None:
    found = list(samples(stack))

    connected = {sample.labels["connection"] for sample in found if sample.name == "broker_connected"}
    expected = {"worker.consumer", "worker.publisher", "relay"}
    assert connected == {f"{service}_service.{name}" for service in ("user", "order") for name in expected}
    assert {sample.value for sample in found if sample.name == "broker_connected"} == {1.0}
    pools = [sample for sample in found if sample.labels.get("state") == "most"]
    assert [sample.value for sample in pools] == [10.0] * 6
    assert [sample.value for sample in found if sample.name == "relay_active"] == [1.0, 1.0]


def test_what_a_stranger_makes_up_becomes_no_label(stack: Stack) -> None:
    ada = Caller(stack)
    requests.request(HOSTILE.upper(), f"{ada.users}/users", timeout=20)
    requests.get(f"{ada.users}/{HOSTILE}", timeout=20)
    ada.http.get(f"{ada.orders}/products/{HOSTILE}", timeout=20)
    requests.post(f"{ada.users}/oauth/token", data={"grant_type": HOSTILE, "client_id": HOSTILE}, timeout=20)
    url = stack.environment["BROKER_URL"]
    publish_to_queue(url, "order_service", event(HOSTILE, {}), {"x-original-routing-key": HOSTILE})
    publish(url, json.dumps(event("catalog.product_listed.v1", {HOSTILE: 1}, source=HOSTILE)).encode(),
            "catalog.product_listed.v1")  # fmt: skip

    eventually(lambda: total(stack, "dead_letters_total", reason="UnknownType") > 0)
    eventually(lambda: total(stack, "dead_letters_total", reason="InvalidData") > 0)
    said = [sample for sample in samples(stack) if HOSTILE in repr(sample.labels).lower()]
    assert said == []


def publish_to_queue(url: str, queue: str, body: object, headers: dict[str, str]) -> None:
    """Publish as one who knows the queue's name."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        properties = pika.BasicProperties(headers=headers, content_type="application/cloudevents+json")
        connection.channel().basic_publish("", queue, json.dumps(body).encode(), properties)
    finally:
        connection.close()
