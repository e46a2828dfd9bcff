"""From the queue to the store: what fails costs only itself, and is never lost."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pika
import pytest
from prometheus_client import REGISTRY

from broker import topology
from broker.connection import declare_topology
from broker.consumer import Consumer
from broker.delivery import Delivery
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from chassis.errors import Conflict
from chassis.messaging.subscription import Subscriptions
from chassis.messaging.suspects import Suspects
from chassis.messaging.worker import Worker
from chassis.store import attempts
from chassis.store.store import Store
from events.envelope import STRUCTURED
from events.orders import OrderPlaced
from tests import at_work, brokers
from tests.api_client import publish
from tests.at_work import reserved
from tests.eventually import eventually
from tests.stores import add_user, body_of, count, envelope, placed
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.reserve_credit import reserve_credit

SERVICE = "user_service"
PLACED = OrderPlaced.type


@contextmanager
def working(store: Store[Any], url: str, subscriptions: Subscriptions = SUBSCRIPTIONS) -> Iterator[None]:
    """A worker at work, and connected."""
    with at_work.worker_with_connections(store, url, subscriptions) as (consumer, publisher):
        eventually(lambda: consumer.ready and publisher.ready)
        yield


@pytest.fixture
def queue(broker_url: str) -> str:
    """A broker with our topology on it."""
    declare_topology(BrokerSettings(broker_url), "test")
    return broker_url


def failing_with(
    error: Callable[[], Exception], times: int = 1_000_000, only: int | None = None
) -> Callable[[Any, Any], None]:
    """A use case that fails so often, after its write; of one total alone, if that is named."""
    left = [times]

    def use_case(handled: Any, unit_of_work: Any) -> None:
        reserve_credit(handled, unit_of_work)
        if only in {None, handled.event.total_cents} and left[0]:
            left[0] -= 1
            raise error()

    return use_case


def test_a_handler_that_failed_succeeds_when_its_event_comes_again(sqlite_store: Store[Any], queue: str) -> None:
    user_id = add_user(sqlite_store)
    fails_once = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: failing_with(RuntimeError, times=1)})

    with working(sqlite_store, queue, fails_once):
        publish(queue, body_of(envelope(placed(user_id, total=700))), PLACED)
        eventually(lambda: reserved(sqlite_store, user_id) == 700)

    assert count(sqlite_store, "outbox") == 1
    eventually(lambda: brokers.depth(queue, "user_service.retry.1s") == 0)


def test_a_failing_event_costs_only_itself(sqlite_store: Store[Any], queue: str) -> None:
    user_id = add_user(sqlite_store)
    fails_on_13 = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: failing_with(RuntimeError, only=13)})
    for total in range(10, 20):
        publish(queue, body_of(envelope(placed(user_id, total=total))), PLACED)

    with working(sqlite_store, queue, fails_on_13):
        eventually(lambda: reserved(sqlite_store, user_id) == sum(range(10, 20)) - 13)


def test_an_event_that_always_fails_climbs_the_ladder(sqlite_store: Store[Any], queue: str) -> None:
    user_id = add_user(sqlite_store)
    always = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: failing_with(RuntimeError)})

    with working(sqlite_store, queue, always):
        publish(queue, body_of(envelope(placed(user_id))), PLACED)
        eventually(lambda: brokers.depth(queue, "user_service.retry.5s") == 1)

    properties, _ = brokers.take(queue, "user_service.retry.5s") or (pika.BasicProperties(), b"")
    assert properties.headers["x-attempts"] == 2
    assert properties.headers["x-original-routing-key"] == PLACED
    assert count(sqlite_store, "inbox") == 0


def test_what_was_tried_often_enough_is_a_dead_letter(sqlite_store: Store[Any], queue: str) -> None:
    always = replace(SUBSCRIPTIONS, use_cases={OrderPlaced: failing_with(lambda: RuntimeError("no way"))})
    body = body_of(envelope(placed(add_user(sqlite_store))))
    tried = len(topology.RETRY_DELAYS_SECONDS)
    properties = pika.BasicProperties(
        content_type=STRUCTURED, headers={"x-attempts": tried, "x-original-routing-key": PLACED}
    )
    with brokers.channel(queue) as channel:
        channel.basic_publish("", SERVICE, body, properties)
    before = counted("dead_letter"), counted("retry")

    with working(sqlite_store, queue, always):
        eventually(lambda: brokers.depth(queue, "user_service.dead") == 1)

    assert (counted("dead_letter"), counted("retry")) == (before[0] + 1, before[1])
    dead, kept = brokers.take(queue, "user_service.dead") or (pika.BasicProperties(), b"")
    assert kept == body
    assert (dead.headers["x-error-type"], dead.headers["x-error"]) == ("RuntimeError", "no way")
    assert (dead.headers["x-attempts"], dead.headers["x-original-routing-key"]) == (tried + 1, PLACED)


def counted(outcome: str) -> float:
    """How many deliveries of this type came to this, in this process."""
    labels = {"service": SERVICE, "type": PLACED, "outcome": outcome}
    return REGISTRY.get_sample_value("deliveries_total", labels) or 0.0


GARBAGE = {
    "no JSON": (b"\xff\xfe{", PLACED, "NotJson"),
    "empty": (b"", PLACED, "NotJson"),
    "no event": (b'{"hello": "world"}', PLACED, "NotCloudEvent"),
    "unknown type": (b'{"specversion": "1.0", "type": "order.placed.v9"}', PLACED, "UnknownType"),
    "wrong schema": (
        json.dumps({**json.loads(body_of(envelope(placed(1)))), "data": {"user_id": "x"}}).encode(),
        PLACED,
        "InvalidData",
    ),
    "forged": (body_of(envelope(placed(1), source="/somewhere/else")), PLACED, "ForgedSource"),
    "broken rule": (
        json.dumps(
            {
                "specversion": "1.0",
                "id": str(uuid4()),
                "source": "/billing",
                "type": "billing.credit_limit_set.v1",
                "time": "2026-01-01T00:00:00Z",
                "data": {"user_id": 999, "credit_limit_cents": 1},
            }
        ).encode(),
        "billing.credit_limit_set.v1",
        "UserNotFound",
    ),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_what_can_never_be_handled_is_a_dead_letter_and_the_next_one_is_handled(
    kind: str, sqlite_store: Store[Any], queue: str
) -> None:
    user_id = add_user(sqlite_store)
    body, routing_key, error_type = GARBAGE[kind]

    with working(sqlite_store, queue):
        publish(queue, body, routing_key)
        publish(queue, body_of(envelope(placed(user_id, total=700))), PLACED)
        eventually(lambda: reserved(sqlite_store, user_id) == 700)
        eventually(lambda: brokers.depth(queue, "user_service.dead") == 1)

    dead, kept = brokers.take(queue, "user_service.dead") or (pika.BasicProperties(), b"")
    assert kept == body
    assert (dead.headers["x-error-type"], dead.headers["x-attempts"]) == (error_type, 1)
    assert {"x-dead-letter-id", "x-error", "x-failed-at", "x-original-routing-key"} <= dead.headers.keys()


def test_while_the_dead_letter_can_not_be_kept_the_original_is_not_acked(
    sqlite_store: Store[Any], queue: str
) -> None:
    with brokers.channel(queue) as channel, working(sqlite_store, queue):
        channel.queue_delete("user_service.dead")
        publish(queue, b"garbage", PLACED)
        eventually(lambda: brokers.depth(queue, SERVICE) == 0)

    # The worker has stopped with the delivery in hand: it is there again.
    eventually(lambda: brokers.depth(queue, SERVICE) == 1)


def test_a_good_delivery_does_not_ack_the_failed_one_before_it(
    sqlite_store: Store[Any], queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.messaging.aside.CONFIRM_SECONDS", 0.1)
    user_id = add_user(sqlite_store)
    stop = threading.Event()
    consumer = Consumer(BrokerSettings(queue), SERVICE, prefetch=10, name="test-consumer")
    nowhere = Publisher(BrokerSettings("amqp://guest:guest@127.0.0.1:1/"), name="test-publisher")
    consumer.start()
    nowhere.start()
    worker = Worker(
        SERVICE, store=sqlite_store, subscriptions=SUBSCRIPTIONS, consumer=consumer, publisher=nowhere, batch=1
    )
    thread = threading.Thread(target=worker.run, args=(stop,))
    publish(queue, b"garbage", PLACED)
    publish(queue, body_of(envelope(placed(user_id))), PLACED)

    thread.start()
    eventually(lambda: brokers.depth(queue, SERVICE) == 0)
    thread.join(2)
    stop.set()
    thread.join(10)
    consumer.close()
    nowhere.close()

    eventually(lambda: brokers.depth(queue, SERVICE) == 2)


def test_a_hiccup_of_the_database_forgives_no_killer(
    sqlite_store: Store[Any], queue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user_id = add_user(sqlite_store)
    publish(queue, body_of(envelope(placed(user_id, total=700))), PLACED)
    with brokers.channel(queue) as channel:
        method, properties, body = channel.basic_get(SERVICE)
        suspect = Delivery(
            channel_number=1,
            tag=1,
            exchange=method.exchange,
            routing_key=method.routing_key,
            redelivered=False,
            properties=properties,
            body=body,
        )
    Suspects(sqlite_store).begin(suspect)
    hiccups = [Conflict("just then")]
    begin = attempts.begin

    def hiccup(*arguments: Any, **options: Any) -> int:
        if hiccups:
            raise hiccups.pop()
        return begin(*arguments, **options)

    monkeypatch.setattr(attempts, "begin", hiccup)
    with working(sqlite_store, queue):
        eventually(lambda: reserved(sqlite_store, user_id) == 700)

    assert (hiccups, count(sqlite_store, "attempts")) == ([], 1)
