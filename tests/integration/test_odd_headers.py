"""Whatever stands in a message's headers, it is one dead letter at most, and holds up nobody."""

from functools import reduce
from typing import Any

import pika
import pytest

from broker import topology
from broker.connection import declare_topology
from broker.settings import BrokerSettings
from chassis.store.store import Store
from events.envelope import STRUCTURED
from events.orders import OrderPlaced
from tests import brokers
from tests.api_client import publish
from tests.at_work import SERVICE, reserved
from tests.eventually import eventually
from tests.integration.test_worker import working
from tests.stores import add_user, body_of, envelope, placed

PLACED = OrderPlaced.type


@pytest.fixture
def queue(broker_url: str) -> str:
    """A broker with our topology on it."""
    declare_topology(BrokerSettings(broker_url), "test")
    return broker_url


ODD_HEADERS: dict[str, dict[Any, Any]] = {
    "nearly a frame": {f"h{number}": "x" * 1000 for number in range(120)},
    "a name that is no text": {b"\xff\xfe": "x"},
    "deaths": {"x-death": "nonsense", "x-attempts": "many"},
    "nested deeply": {"h": reduce(lambda inner, _: [inner], range(100), [])},
}
#: Of who may address our queue by its name.
FORGED_HEADERS: dict[str, dict[str, Any]] = {
    "more attempts than can be counted": {"x-attempts": 2**63 - 1},
    "a flag for attempts": {"x-attempts": True},
    "a routing key that is none": {"x-original-routing-key": [True] * 40_000},
    "a routing key that is too long": {"x-original-routing-key": "x" * 300},
}


@pytest.mark.parametrize("kind", FORGED_HEADERS)
def test_forged_headers_of_ours_hold_up_nobody(kind: str, sqlite_store: Store[Any], queue: str) -> None:
    user_id = add_user(sqlite_store)
    with brokers.channel(queue) as channel:
        channel.basic_publish("", SERVICE, b"garbage", pika.BasicProperties(headers=FORGED_HEADERS[kind]))

    with working(sqlite_store, queue):
        publish(queue, body_of(envelope(placed(user_id, total=700))), PLACED)
        eventually(lambda: reserved(sqlite_store, user_id) == 700)
        eventually(lambda: brokers.depth(queue, "user_service.dead") == 1)

    _, kept = brokers.take(queue, "user_service.dead") or (None, b"")
    assert kept == b"garbage"


@pytest.mark.parametrize("kind", ODD_HEADERS)
def test_a_bad_message_with_odd_headers_is_one_dead_letter_and_holds_up_nobody(
    kind: str, sqlite_store: Store[Any], queue: str
) -> None:
    user_id = add_user(sqlite_store)
    with brokers.channel(queue) as channel:
        properties = pika.BasicProperties(headers=ODD_HEADERS[kind], content_type="x/y")
        channel.basic_publish(topology.EXCHANGE, PLACED, b"garbage", properties)

    with working(sqlite_store, queue):
        publish(queue, body_of(envelope(placed(user_id, total=700))), PLACED)
        eventually(lambda: reserved(sqlite_store, user_id) == 700)
        eventually(lambda: brokers.depth(queue, "user_service.dead") == 1)

    assert brokers.depth(queue, "order_service") == 0
    _, kept = brokers.take(queue, "user_service.dead") or (None, b"")
    assert kept == b"garbage"


def test_a_message_can_not_choose_its_routing_key_by_a_header(sqlite_store: Store[Any], queue: str) -> None:
    body = body_of(envelope(placed(add_user(sqlite_store))))
    headers = {"x-original-routing-key": PLACED, "x-attempts": 3}
    properties = pika.BasicProperties(content_type=STRUCTURED, headers=headers)
    with brokers.channel(queue) as channel:
        channel.basic_publish(topology.EXCHANGE, "order.cancelled.v1", body, properties)

    with working(sqlite_store, queue):
        eventually(lambda: brokers.depth(queue, "user_service.dead") == 1)

    dead, _ = brokers.take(queue, "user_service.dead") or (pika.BasicProperties(), b"")
    assert (dead.headers["x-error-type"], dead.headers["x-attempts"]) == ("UnknownType", 1)
