"""Every event that we publish, as a subscriber of another make reads it: with all that the contract promises."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import requests
from cloudevents.core.bindings import amqp

from events.catalogue import CATALOGUE
from tests.api_client import PASSWORD, Caller
from tests.node import PROGRAMS, node
from tests.stack import Stack

OURS = {entry.event.type for entry in CATALOGUE if entry.sender}
ALWAYS = {
    *("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"),
    *("sequence", "traceparent", "correlationid", "data"),
}
#: What causes what: each names the other as its cause.
ANSWERS = {
    "user.credit_reserved.v1": "order.placed.v1",
    "user.credit_refused.v1": "order.placed.v1",
    "user.credit_released.v1": "order.cancelled.v1",
    "order.confirmed.v1": "user.credit_reserved.v1",
    "order.rejected.v1": "user.credit_refused.v1",
}

Message = dict[str, Any]


@contextmanager
def subscribed(broker_url: str) -> Iterator[Iterator[Message]]:
    """What passes, as amqplib reads it."""
    command = [node("amqplib"), str(PROGRAMS.parents[1] / "subscribe.js"), broker_url]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "watching\n"
            yield (json.loads(line) for line in process.stdout)
        finally:
            process.kill()


def tell_everything(stack: Stack, admin: Caller) -> None:
    """Do all that an event of ours tells of, once at least."""
    sku = {"name": "Sofa", "unit_price_cents": 60_000}
    assert admin.http.put(f"{admin.orders}/products/sofa", json=sku, timeout=20).status_code in {200, 201}
    bob = Caller(stack)
    address = f"{bob.users}/users/{bob.id}"
    assert bob.http.patch(address, json={"name": "Bob"}, timeout=20).status_code == 200
    limit = admin.http.put(f"{address}/credit-limit", json={"credit_limit_cents": 100_000}, timeout=20)
    assert limit.status_code == 200
    confirmed = bob.place("sofa")["id"]
    assert bob.settled(confirmed)["status"] == "confirmed"
    assert bob.settled(bob.place("sofa")["id"])["status"] == "rejected"
    assert bob.cancel(confirmed).status_code == 200
    passwords = {"current_password": PASSWORD, "new_password": f"{PASSWORD}!"}
    assert bob.http.put(f"{address}/password", json=passwords, timeout=20).status_code == 204
    assert admin.http.delete(address, timeout=20).status_code == 204
    assert stack.command("user-service", "erase", str(bob.id)).returncode == 0


@pytest.fixture(scope="module")
def messages(stack: Stack, admin: Caller) -> list[Message]:
    """At least one of each type."""
    got: list[Message] = []
    with subscribed(stack.environment["BROKER_URL"]) as passing:
        tell_everything(stack, admin)
        while OURS - {message["routingKey"] for message in got}:
            got.append(next(passing))
    return got


def bodies(messages: list[Message]) -> list[dict[str, Any]]:
    return [json.loads(message["body"]) for message in messages]


def test_each_has_every_attribute_and_no_other(messages: list[Message]) -> None:
    for body in bodies(messages):
        assert body.keys() - {"causationid"} == ALWAYS
        assert all(isinstance(value, str) and value for name, value in body.items() if name != "data")
        assert body["specversion"] == "1.0"
        assert UUID(body["id"]).version == 7
        assert body["source"] in {"/user_service", "/order_service"}
        assert body["datacontenttype"] == "application/json"
        assert body["time"].endswith("Z")
        assert len(body["sequence"]) == 12


def test_the_properties_of_the_message_say_the_same(messages: list[Message]) -> None:
    for message, body in zip(messages, bodies(messages), strict=True):
        properties = message["properties"]
        assert message["routingKey"] == properties["type"] == body["type"]
        assert properties["messageId"] == body["id"]
        assert f"/{properties['appId']}" == body["source"]
        assert properties["timestamp"] == int(datetime.fromisoformat(body["time"]).timestamp())
        assert (properties["deliveryMode"], properties["contentType"]) == (2, "application/cloudevents+json")


def test_the_sdk_of_cloudevents_reads_each(messages: list[Message]) -> None:
    for message, body in zip(messages, bodies(messages), strict=True):
        content_type = {"content-type": message["properties"]["contentType"]}
        event = amqp.from_amqp_event(amqp.AMQPMessage(content_type, {}, message["body"].encode()))

        assert (event.get_id(), event.get_type(), event.get_subject()) == (body["id"], body["type"], body["subject"])
        assert event.get_time() == datetime.fromisoformat(body["time"])
        assert event.get_data() == body["data"]


def test_the_events_of_a_subject_are_counted(messages: list[Message]) -> None:
    counted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for body in bodies(messages):
        counted[body["source"], body["subject"]].append(int(body["sequence"]))

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in counted.values())


def test_an_answer_names_its_cause_and_belongs_to_its_chain(messages: list[Message]) -> None:
    known = {body["id"]: body for body in bodies(messages)}
    answers = [body for body in known.values() if "causationid" in body]

    assert {body["type"] for body in answers} == set(ANSWERS)
    for body in answers:
        cause = known[body["causationid"]]
        assert cause["type"] == ANSWERS[body["type"]]
        assert (body["correlationid"], body["traceparent"][:35]) == (
            cause["correlationid"],
            cause["traceparent"][:35],
        )


def test_the_schema_that_each_names_can_be_had(messages: list[Message]) -> None:
    for address in {body["dataschema"] for body in bodies(messages)}:
        assert requests.get(address, timeout=20).json()["title"] in address
