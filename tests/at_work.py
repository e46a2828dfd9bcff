"""A worker and a relay of user_service at work in this process, each on connections of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from broker.consumer import Consumer
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from chassis.messaging.housekeeping import Housekeeping
from chassis.messaging.relay import LEASE_SECONDS, Relay
from chassis.messaging.subscription import Subscriptions
from chassis.messaging.worker import Worker
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from events.orders import OrderPlaced
from tests import brokers
from tests.api_client import publish
from tests.stores import body_of, envelope, placed
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.reserve_credit import reserve_credit

SERVICE = "user_service"
#: Who listens to what user_service tells of a reservation.
LISTENER = "order_service"
SHORT_HEARTBEAT_SECONDS = 1


@contextmanager
def working(store: Store[Any], url: str, subscriptions: Subscriptions = SUBSCRIPTIONS) -> Iterator[Consumer]:
    """A worker at work, though perhaps not connected yet; its consumer tells."""
    with worker_with_connections(store, url, subscriptions) as (consumer, _):
        yield consumer


@contextmanager
def worker_with_connections(
    store: Store[Any], url: str, subscriptions: Subscriptions
) -> Iterator[tuple[Consumer, Publisher]]:
    """A worker at work, with what it reads from and what it publishes by."""
    stop = threading.Event()
    consumer = Consumer(BrokerSettings(url), SERVICE, prefetch=50, name="test-consumer")
    publisher = Publisher(BrokerSettings(url), name="test-publisher")
    publisher.start()
    consumer.start()
    worker = Worker(
        SERVICE, store=store, subscriptions=subscriptions, consumer=consumer, publisher=publisher, batch=50
    )
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield consumer, publisher
    finally:
        stop.set()
        thread.join(40)
        consumer.close()
        publisher.close()


@contextmanager
def relaying(store: Store[Any], url: str) -> Iterator[Publisher]:
    """A relay at work, though perhaps not connected yet; its publisher tells."""
    stop = threading.Event()
    publisher = Publisher(BrokerSettings(url), name="test-relay")
    publisher.start()
    outbox = LeasedOutbox(store, str(uuid4()), LEASE_SECONDS)
    housekeeping = Housekeeping(store, inbox_kept=timedelta(days=30))
    relay = Relay(SERVICE, outbox=outbox, publisher=publisher, batch=100, housekeeping=housekeeping)
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        yield publisher
    finally:
        stop.set()
        thread.join(40)
        publisher.close()


def ask_for_credit(url: str, user_id: int, total: int) -> None:
    """An order's request, published past any proxy."""
    publish(url, body_of(envelope(placed(user_id, total=total))), OrderPlaced.type)


def reserved(store: Store[Any], user_id: int) -> int:
    """What of a user's credit is reserved."""
    with store.reading() as unit_of_work:
        return int(unit_of_work.users.find(user_id).reserved_cents)


def answers_on(url: str) -> list[str]:
    """The ids of what was told about reservations, each once, however often it came."""
    ids = set()
    while (taken := brokers.take(url, LISTENER)) is not None:
        ids.add(str(taken[0].message_id))
    return sorted(ids)


def reserving_after(wait: Callable[[], object]) -> Subscriptions:
    """Subscriptions whose handler waits for something before its effect."""

    def use_case(handled: Any, unit_of_work: Any) -> None:
        wait()
        reserve_credit(handled, unit_of_work)

    return replace(SUBSCRIPTIONS, use_cases={OrderPlaced: use_case})
