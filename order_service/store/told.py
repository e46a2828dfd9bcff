"""What was told of orders, made anew from what is kept of them: the same events, under their own ids and numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from chassis.context import continued
from chassis.store.reading import among, chunks, every
from chassis.store.store import Store
from events.envelope import Envelope
from events.event import Event
from events.orders import OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected, PlacedLine, RejectionReason
from order_service.domain.order import Order, OrderStatus
from order_service.store.tables import ORDER_HISTORY

HISTORY = ORDER_HISTORY.c
STEP = select(HISTORY.order_id, HISTORY.sequence, HISTORY.status, HISTORY.at, HISTORY.event_id, HISTORY.trace_id)


@dataclass(frozen=True)
class Step:
    """One step of an order, with what names the event that told of it."""

    order_id: UUID
    sequence: int
    status: OrderStatus
    at: datetime
    event_id: str
    trace_id: str


def steps_since(store: Store[Any], since: datetime) -> Iterator[Step]:
    """Every step from this time on."""
    for row in every(store, STEP.where(HISTORY.at >= since), HISTORY.order_id, HISTORY.sequence):
        yield Step(*tuple(row))


def steps_of(store: Store[Any], order_ids: Iterable[UUID]) -> Iterator[Step]:
    """Every step of these orders."""
    for row in among(store, STEP.order_by(HISTORY.order_id, HISTORY.sequence), HISTORY.order_id, order_ids):
        yield Step(*tuple(row))


def tell_again(store: Store[Any], steps: Iterable[Step]) -> int:
    """Put the events of these steps into the outbox once more; how many they were."""
    told = 0
    for some in chunks(steps):
        with store.writing() as unit_of_work:
            unit_of_work.orders.read(step.order_id for step in some)
            unit_of_work.tell_again(_envelope(step, unit_of_work.orders.find(step.order_id)) for step in some)
        told += len(some)
    return told


def _envelope(step: Step, order: Order) -> Envelope[Event]:
    return Envelope(
        event=_event(step.status, order),
        id=step.event_id,
        source="/order_service",
        time=step.at,
        sequence=step.sequence,
        traceparent=continued(f"00-{step.trace_id}-{'1' * 16}-01"),
        # Which chain it once belonged to is not kept.
        correlation_id=str(uuid7()),
        causation_id=None,
    )


def _event(status: OrderStatus, order: Order) -> Event:
    match status:
        case OrderStatus.PENDING:
            lines = tuple(
                PlacedLine(sku=line.sku, quantity=line.quantity, unit_price_cents=line.unit_price_cents or 0)
                for line in order.lines
            )
            return OrderPlaced(order_id=order.id, user_id=order.user_id, total_cents=order.total_cents, lines=lines)
        case OrderStatus.REJECTED:
            reason = order.rejection_reason or RejectionReason.INSUFFICIENT_CREDIT
            return OrderRejected(order_id=order.id, user_id=order.user_id, reason=reason)
        case OrderStatus.CONFIRMED:
            return OrderConfirmed(order_id=order.id, user_id=order.user_id, total_cents=order.total_cents)
        case OrderStatus.CANCELLED:
            return OrderCancelled(order_id=order.id, user_id=order.user_id, total_cents=order.total_cents)
