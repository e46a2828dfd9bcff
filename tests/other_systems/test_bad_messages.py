"""What other systems send by mistake is kept with its reason, and the good message right behind it is handled."""

import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pika
import pytest

from events.envelope import STRUCTURED
from tests import brokers
from tests.api_client import Caller, event
from tests.eventually import eventually
from tests.other_systems.bad_message import DATA, LIMIT_SET, LISTED, ORDER_ID, REQUESTED, BadMessage
from tests.other_systems.bad_messages import ANYTHING, BAD_MESSAGES, rows
from tests.other_systems.clients import CLIENTS
from tests.stack import ROOT, Stack

PAGE = ROOT / "docs" / "how-to" / "publish-from-another-system.md"
SEND = CLIENTS["the SDK in structured mode"]


@pytest.fixture(scope="module")
def who_left(stack: Stack, admin: Caller) -> int:
    """The id of somebody who has left; three products and an order are there besides."""
    for sku in ("lamp", "palace", "castle"):
        body = {"name": sku, "unit_price_cents": 25_000 if sku == "lamp" else 10**9}
        assert admin.http.put(f"{admin.orders}/products/{sku}", json=body, timeout=20).status_code in {200, 201}
    SEND(stack.environment["BROKER_URL"], event(REQUESTED, DATA[REQUESTED]))
    eventually(lambda: admin.http.get(f"{admin.orders}/orders/{ORDER_ID}", timeout=20).status_code == 200)
    somebody = Caller(stack)
    assert somebody.http.delete(f"{somebody.users}/users/{somebody.id}", timeout=20).status_code == 204
    return somebody.id


def test_the_page_for_other_systems_shows_the_table() -> None:
    page = PAGE.read_text()

    assert len(BAD_MESSAGES) > 20
    assert [line for line in page.splitlines() if line in rows()] == rows()


@pytest.fixture(scope="module")
def letters(stack: Stack, ada: Caller, who_left: int) -> dict[str, pika.BasicProperties]:
    """What is kept of each bad message, once the good one right behind it has taken effect."""
    broker_url, effects, sent = stack.environment["BROKER_URL"], [], {}
    with brokers.channel(broker_url) as channel:
        channel.confirm_delivery()
        for bad in BAD_MESSAGES:
            properties = pika.BasicProperties(content_type=bad.content_type, headers=bad.headers, message_id=bad.name)
            sent[bad.name] = bad.bytes(who_left)
            channel.basic_publish("events", bad.routing_key, sent[bad.name], properties, mandatory=True)
            good, effect = a_good_message(bad.listener, stack, ada)
            properties = pika.BasicProperties(content_type=STRUCTURED)
            channel.basic_publish("events", good["type"], json.dumps(good).encode(), properties, mandatory=True)
            effects.append(effect)
    for effect in effects:
        eventually(effect)
    return {str(letter.message_id): letter for letter in all_letters(broker_url, sent)}


@pytest.mark.parametrize("bad", BAD_MESSAGES, ids=lambda bad: bad.name)
def test_a_bad_message_is_kept_with_its_reason_and_the_next_is_handled(
    bad: BadMessage, letters: dict[str, pika.BasicProperties]
) -> None:
    told = letters[bad.name].headers

    assert told["x-error-type"] == bad.reason
    assert re.fullmatch(re.escape(bad.error).replace(re.escape(ANYTHING), ".*"), told["x-error"])
    assert (told["x-attempts"], told["x-original-routing-key"]) == (1, bad.routing_key)
    assert told["x-dead-letter-id"]
    assert told["x-failed-at"].endswith("Z")


def a_good_message(listener: str, stack: Stack, ada: Caller) -> tuple[dict[str, Any], Callable[[], bool]]:
    """A message for this service, and whether it has taken effect."""
    if listener == "user_service":
        somebody = Caller(stack)
        limit = {"user_id": somebody.id, "credit_limit_cents": 7}
        return event(LIMIT_SET, limit), lambda: somebody.me()["credit_limit_cents"] == 7
    sku = f"sku-{uuid4()}"
    address = f"{ada.orders}/products/{sku}"
    return event(LISTED, {**DATA[LISTED], "sku": sku}), lambda: ada.http.get(address, timeout=20).status_code == 200


def all_letters(broker_url: str, sent: dict[str, bytes]) -> list[pika.BasicProperties]:
    """Every dead letter of both services, byte for byte what was sent; they are taken."""
    queues = sorted({f"{bad.listener}.dead" for bad in BAD_MESSAGES})
    eventually(lambda: sum(brokers.depth(broker_url, queue) for queue in queues) == len(sent))
    found = []
    for queue in queues:
        while (letter := brokers.take(broker_url, queue)) is not None:
            properties, body = letter
            assert body == sent[str(properties.message_id)]
            found.append(properties)
    return found
