"""What an audit asks of the orders: what they are, and which events told the other service of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from chassis.store.reading import among, every
from chassis.store.store import Store
from events.catalogue import USERS, types_for
from order_service.domain.order import OrderStatus
from order_service.store.orders import STATUS_TOLD_BY
from order_service.store.tables import ORDER_HISTORY, ORDERS

#: The steps that user_service listens to. An order that begins as rejected never took one.
TOLD_TO_USERS = {status: event.type for event, status in STATUS_TOLD_BY.items() if event.type in types_for(USERS)}
ORDER = select(ORDERS.c.id, ORDERS.c.user_id, ORDERS.c.status, ORDERS.c.total_cents)


@dataclass(frozen=True)
class OrderFact:
    """An order, as far as another service has to agree with it."""

    order_id: UUID
    user_id: int
    status: OrderStatus
    total_cents: int


@dataclass(frozen=True)
class ToldEvent:
    """An event that user_service has to hear."""

    order_id: UUID
    event_id: str
    type: str
    at: datetime


def orders(store: Store[Any]) -> Iterator[OrderFact]:
    """Every order, by id."""
    return (OrderFact(*tuple(row)) for row in every(store, ORDER, ORDERS.c.id))


def orders_of(store: Store[Any], order_ids: Iterable[UUID]) -> dict[UUID, OrderFact]:
    """These orders, as they are now."""
    return {row.id: OrderFact(*tuple(row)) for row in among(store, ORDER, ORDERS.c.id, order_ids)}


def told_events(store: Store[Any]) -> Iterator[ToldEvent]:
    """Every event of the orders' history that user_service has to hear."""
    columns = ORDER_HISTORY.c
    query = select(columns.order_id, columns.sequence, columns.event_id, columns.status, columns.at)
    for row in every(store, query.where(columns.status.in_(TOLD_TO_USERS)), columns.order_id, columns.sequence):
        yield ToldEvent(row.order_id, row.event_id, TOLD_TO_USERS[row.status], row.at)
