"""How orders fare: how many wait for their credit, what the others became, and how long that took."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from prometheus_client import Counter, Histogram
from sqlalchemy import case, func, select

from chassis.observability.gauges import Gauges, Reading
from chassis.observability.metrics import LONG
from chassis.store.store import Store
from order_service.domain.order import OrderStatus
from order_service.store.tables import ORDERS

SETTLED = Counter("orders_settled_total", "Orders that left pending, by what they became.", ["result"])
SETTLING_SECONDS = Histogram("order_settling_seconds", "From an order to what became of it.", buckets=LONG)
RESULTS = [status.value for status in OrderStatus if status is not OrderStatus.PENDING]
#: Seconds that an order may have been pending for.
AGES = (0, 10, 60, 600)
PENDING = {"orders_pending": "Orders that have been pending for longer than so many seconds."}


def begin_at_zero() -> None:
    """A counter that begins at 1 has no increase to be seen."""
    for result in RESULTS:
        SETTLED.labels(result)


def pending_gauges(store: Store[Any]) -> Gauges:
    """The pending orders by age; there are few, and an index leads to them."""

    def read() -> Iterator[Reading]:
        now = datetime.now(UTC)
        older = [func.count(case((ORDERS.c.created_at <= now - timedelta(seconds=age), 1))) for age in AGES]
        with store.connection(writes=False) as connection:
            found = connection.execute(select(*older).where(ORDERS.c.status == OrderStatus.PENDING)).one()
        for age, number in zip(AGES, found, strict=True):
            yield Reading("orders_pending", number, (str(age),))

    return Gauges(PENDING, read, labels=("older_than_seconds",))
