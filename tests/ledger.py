"""The ledger of the tests: reads both stores and what was really published, and tells what does not agree.

The stores are compared by the audit that operators have. It is not trusted alone: a queue of the ledger's own, bound
to everything, hears every event.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Engine, create_engine, text

from broker import topology
from broker.connection import declare_topology
from broker.settings import BrokerSettings
from events.catalogue import SERVICES
from operations.audit import PATIENCE_SECONDS, audit
from operations.books import Books
from tests import brokers
from tests.stores import ORDERS, USERS, opened

QUEUE = "ledger"
SILENCE_SECONDS = 1.0
#: How each order ends -> the event that told of it.
TOLD_BY = {
    "confirmed": "order.confirmed.v1",
    "rejected": "order.rejected.v1",
    "cancelled": "order.cancelled.v1",
}
RESERVATION_TOLD_BY = {"reserved": "user.credit_reserved.v1", "refused": "user.credit_refused.v1"}


def listen(broker_url: str) -> None:
    """Hear everything from now on."""
    declare_topology(BrokerSettings(broker_url), "ledger")
    with brokers.channel(broker_url) as channel:
        # Classic: a quorum queue would count the looks of a test, and drop what was looked at often.
        channel.queue_declare(QUEUE, durable=True)
        channel.queue_bind(QUEUE, topology.EXCHANGE, "#")


def heard(broker_url: str) -> list[dict[str, Any]]:
    """Every event that was published since the last call, as often as it was."""
    events = []
    with brokers.channel(broker_url) as channel:
        channel.basic_qos(prefetch_count=1000)
        for method, _, body in channel.consume(QUEUE, inactivity_timeout=SILENCE_SECONDS):
            if method is None:
                break
            channel.basic_ack(method.delivery_tag)
            events.append(json.loads(body))
    return events


def rows(engine: Engine, query: str) -> list[Any]:
    """What a query finds."""
    with engine.connect() as connection:
        return list(connection.execute(text(query)))


def at_rest(
    broker_url: str,
    users_url: str,
    orders_url: str,
    retry_delays: tuple[int, ...] = topology.RETRY_DELAYS_SECONDS,
) -> list[str]:
    """What is still under way; empty when nothing is."""
    found = [f"{depth} in {queue}" for queue in _queues(retry_delays) if (depth := brokers.depth(broker_url, queue))]
    for url in (users_url, orders_url):
        engine = create_engine(url)
        if waiting := rows(engine, "SELECT count(*) FROM outbox")[0][0]:
            found.append(f"{waiting} in an outbox")
        engine.dispose()
    engine = create_engine(orders_url)
    if pending := rows(engine, "SELECT count(*) FROM orders WHERE status = 'pending'")[0][0]:
        found.append(f"{pending} pending orders")
    engine.dispose()
    return found


def _queues(retry_delays: tuple[int, ...]) -> Iterator[str]:
    for service in SERVICES:
        yield service
        yield from (topology.retry_queue(service, delay) for delay in retry_delays)


def disagreements(broker_url: str, users_url: str, orders_url: str, published: list[dict[str, Any]]) -> list[str]:
    """Every order, reservation, user and event that breaks a promise of the contract."""
    with opened(USERS, users_url) as users, opened(ORDERS, orders_url) as orders:
        report = audit(Books(users, orders, BrokerSettings(broker_url)), PATIENCE_SECONDS)
        placed = {_key(row.id): row for row in rows(orders.engine, "SELECT id, status FROM orders")}
        reservations = {
            _key(row.order_id): row for row in rows(users.engine, "SELECT order_id, status FROM reservations")
        }
    # At rest nothing is under way.
    return [
        *map(str, report.disagreeing + report.under_way),
        *_of_events(placed, reservations, published),
    ]


def statuses(orders_url: str) -> dict[str, int]:
    """How many orders have which status."""
    engine = create_engine(orders_url)
    found = {row[0]: row[1] for row in rows(engine, "SELECT status, count(*) FROM orders GROUP BY status")}
    engine.dispose()
    return found


def missing(orders_url: str, accepted: Iterable[str]) -> list[str]:
    """The orders that were accepted and are not there."""
    engine = create_engine(orders_url)
    there = {_key(row.id) for row in rows(engine, "SELECT id FROM orders")}
    engine.dispose()
    return [f"order {order_id} was accepted and is not there" for order_id in accepted if order_id not in there]


def _of_events(
    placed: dict[str, Any], reservations: dict[str, Any], published: list[dict[str, Any]]
) -> Iterator[str]:
    ids: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for event in published:
        ids[event["type"], event.get("subject", "")].add(event["id"])
    for (event_type, subject), found in ids.items():
        once = event_type.startswith(("order.", "user.credit_re"))
        if once and len(found) > 1:
            yield f"{event_type} of {subject} happened {len(found)} times"
    expected = {("order.placed.v1", order_id) for order_id in placed}
    expected |= {(TOLD_BY[order.status], order_id) for order_id, order in placed.items() if order.status in TOLD_BY}
    expected |= {
        (RESERVATION_TOLD_BY[each.status], order_id)
        for order_id, each in reservations.items()
        if each.status in RESERVATION_TOLD_BY
    }
    for event_type, subject in expected - ids.keys():
        yield f"{event_type} of {subject} was never published"


def _key(value: object) -> str:
    # SQLite keeps an id as 32 digits, PostgreSQL as a UUID.
    digits = str(value).replace("-", "")
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
