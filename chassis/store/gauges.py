"""What a store holds just now, for ``/metrics``: its connections, and what waits in its outbox."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.pool import QueuePool

from chassis.observability.gauges import Gauges, Reading
from chassis.store.outbox import OutboxState
from chassis.store.store import Store

POOL = {"database_pool_connections": "Connections to the database, used and at rest, and how many there may be."}
OUTBOX = {
    "outbox_waiting": "Rows that wait for the relay.",
    "outbox_oldest_age_seconds": "Age of the oldest row that waits.",
    "outbox_parked": "Rows that can't be published.",
}


def pool_gauges(store: Store[Any]) -> Gauges:
    """The process's connections to its database."""

    def read() -> Iterator[Reading]:
        pool = store.engine.pool
        if isinstance(pool, QueuePool):
            yield Reading("database_pool_connections", pool.checkedout(), ("used",))
            yield Reading("database_pool_connections", pool.checkedin(), ("at_rest",))
            yield Reading("database_pool_connections", pool.size(), ("most",))

    return Gauges(POOL, read, labels=("state",))


def outbox_gauges(state: Callable[[], OutboxState]) -> Gauges:
    """What waits in the outbox, and since when."""

    def read() -> Iterator[Reading]:
        found = state()
        age = (datetime.now(UTC) - found.oldest).total_seconds() if found.oldest else 0.0
        yield Reading("outbox_waiting", found.waiting)
        yield Reading("outbox_oldest_age_seconds", max(0.0, age))
        yield Reading("outbox_parked", found.parked)

    return Gauges(OUTBOX, read)
