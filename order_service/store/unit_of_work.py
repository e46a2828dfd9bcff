"""The unit of work of order_service: orders with their history, the price list, our copy of the users."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from chassis.context import trace_id_of
from chassis.store import unit_of_work
from chassis.store.dialects import insert_all
from chassis.store.repository import Repository
from chassis.store.rows import Rows
from events.envelope import Envelope
from events.event import Event
from events.orders import OrderEvent
from order_service.domain.customer import Customer
from order_service.domain.order import OrderStatus
from order_service.domain.product import Product
from order_service.store.orders import STATUS_TOLD_BY, Orders
from order_service.store.saga_metrics import SETTLED, SETTLING_SECONDS
from order_service.store.tables import CUSTOMERS, ORDER_HISTORY, PRODUCTS
from order_service.use_cases.ports import KnownCustomer

#: The number of the event that settles an order: the second, after ``order.placed``, or the only one.
SETTLES = 2
#: What requests ask of a customer.
KNOWN = select(CUSTOMERS.c.name, CUSTOMERS.c.deactivated, CUSTOMERS.c.tokens_issued_before).where(
    CUSTOMERS.c.user_id == bindparam("user_id")
)


class Products(Repository[Product, str]):
    """The price list."""

    rows = Rows(Product, PRODUCTS, "sku")
    cached_as = "product"

    def active(self, *, after: str | None, limit: int) -> Sequence[Product]:
        """The active products by sku, beyond ``after``."""
        query = self.rows.select.where(PRODUCTS.c.active.is_(True)).order_by(PRODUCTS.c.sku).limit(limit)
        return self._all(query if after is None else query.where(PRODUCTS.c.sku > after))


class Customers(Repository[Customer, int]):
    """Our copy of the users."""

    rows = Rows(Customer, CUSTOMERS, "user_id")
    cached_as = "customer"

    def known(self, user_id: int) -> KnownCustomer | None:
        """What requests ask of a customer; None if nothing is known of the user here."""
        found = self._connection.execute(KNOWN, {"user_id": user_id}).first()
        if found is None:
            return None
        ended: datetime | None = found.tokens_issued_before
        return KnownCustomer(
            name=found.name,
            deactivated=found.deactivated,
            tokens_issued_before=ended.isoformat() if ended else None,
        )


class UnitOfWork(unit_of_work.UnitOfWork):
    """One transaction of order_service."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.orders = Orders(self._connection, writes=self._writes)
        self.products = Products(self._connection, writes=self._writes)
        self.customers = Customers(self._connection, writes=self._writes)

    def count_own(self, envelopes: Sequence[Envelope[Event]]) -> None:
        """Count each order that left ``pending``."""
        for envelope in envelopes:
            result = STATUS_TOLD_BY.get(type(envelope.event))
            order = self.orders.find(envelope.event.order_id) if isinstance(envelope.event, OrderEvent) else None
            # A later event of the same order tells of what is settled already: a confirmed order that is cancelled.
            if order is None or result in {None, OrderStatus.PENDING} or (envelope.sequence or 0) > SETTLES:
                continue
            SETTLED.labels(result).inc()
            SETTLING_SECONDS.observe((envelope.time - order.created_at).total_seconds())

    def note(self, envelopes: Sequence[Envelope[Event]]) -> None:
        """Write the orders' history: each step with the event that told the world of it."""
        steps = [
            {
                "order_id": envelope.event.order_id,
                "sequence": envelope.sequence,
                "status": STATUS_TOLD_BY[type(envelope.event)],
                "at": envelope.time,
                "event_id": envelope.id,
                "trace_id": trace_id_of(envelope.traceparent),
            }
            for envelope in envelopes
            if isinstance(envelope.event, OrderEvent)
        ]
        insert_all(self._connection, ORDER_HISTORY, steps)
