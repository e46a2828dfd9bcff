"""What other systems send by mistake is kept with its reason, and the good message right behind it is handled."""

import re
from uuid import uuid4

import pika
import pytest

from tests import brokers
from tests.api_client import Caller, event
from tests.eventually import eventually
from tests.other_systems.bad_messages import (
    ANYTHING,
    BAD_MESSAGES,
    DATA,
    LIMIT_SET,
    LISTED,
    ORDER_ID,
    REQUESTED,
    BadMessage,
    rows,
)
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


@pytest.mark.parametrize("bad", BAD_MESSAGES, ids=lambda bad: bad.what.replace("`", ""))
def test_a_bad_message_is_kept_with_its_reason_and_the_next_is_handled(
    bad: BadMessage, broker_url: str, ada: Caller, who_left: int
) -> None:
    body = bad.bytes(who_left)

    with brokers.channel(broker_url) as channel:
        channel.confirm_delivery()
        properties = pika.BasicProperties(content_type=bad.content_type, headers=bad.headers)
        channel.basic_publish("events", bad.routing_key, body, properties, mandatory=True)
    good_one_takes_effect(bad.listener, broker_url, ada)

    kept, kept_body = the_dead_letter(broker_url, f"{bad.listener}.dead")
    assert kept_body == body
    assert kept.headers["x-error-type"] == bad.reason
    assert re.fullmatch(re.escape(bad.error).replace(re.escape(ANYTHING), ".*"), kept.headers["x-error"])
    assert (kept.headers["x-attempts"], kept.headers["x-original-routing-key"]) == (1, bad.routing_key)
    assert kept.headers["x-dead-letter-id"]
    assert kept.headers["x-failed-at"].endswith("Z")


def good_one_takes_effect(listener: str, broker_url: str, ada: Caller) -> None:
    """Send this service a good message, and wait for its effect."""
    if listener == "user_service":
        limit = uuid4().int % 10**12
        SEND(broker_url, event(LIMIT_SET, {"user_id": ada.id, "credit_limit_cents": limit}))
        eventually(lambda: ada.me()["credit_limit_cents"] == limit)
    else:
        sku = f"sku-{uuid4()}"
        SEND(broker_url, event(LISTED, {**DATA[LISTED], "sku": sku}))
        eventually(lambda: ada.http.get(f"{ada.orders}/products/{sku}", timeout=20).status_code == 200)


def the_dead_letter(broker_url: str, queue: str) -> tuple[pika.BasicProperties, bytes]:
    """The only one there; it is taken."""
    eventually(lambda: brokers.depth(broker_url, queue) == 1)
    taken = brokers.take(broker_url, queue)
    assert taken is not None
    return taken
