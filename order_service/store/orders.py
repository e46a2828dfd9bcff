"""The orders and their history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from chassis.store.pages import below
from chassis.store.repository import Repository
from chassis.store.rows import Rows
from events.event import Event
from events.orders import OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected, RejectionReason
from order_service.domain.order import Order, OrderStatus
from order_service.store.tables import ORDER_HISTORY, ORDERS

#: The event that tells the world of each status.
STATUS_TOLD_BY: dict[type[Event], OrderStatus] = {
    OrderPlaced: OrderStatus.PENDING,
    OrderConfirmed: OrderStatus.CONFIRMED,
    OrderRejected: OrderStatus.REJECTED,
    OrderCancelled: OrderStatus.CANCELLED,
}


@dataclass
class StatusChange:
    """One step of an order, and the event that told the world of it."""

    status: OrderStatus
    at: datetime
    event_id: str
    trace_id: str


class Orders(Repository[Order, UUID]):
    """The orders."""

    rows = Rows(Order, ORDERS, "id")
    cached_as = "order"

    def newest(
        self,
        *,
        user_id: int | None,
        status: OrderStatus | None,
        hide_unknown_users: bool,
        before: tuple[datetime, UUID] | None,
        limit: int,
    ) -> Sequence[Order]:
        """Orders, newest first, older than ``before``."""
        columns = ORDERS.c
        query = self.rows.select.order_by(columns.created_at.desc(), columns.id.desc()).limit(limit)
        if user_id is not None:
            query = query.where(columns.user_id == user_id)
        if status is not None:
            query = query.where(columns.status == status)
        if hide_unknown_users:
            reason = columns.rejection_reason
            query = query.where(or_(reason.is_(None), reason != RejectionReason.UNKNOWN_USER))
        if before is not None:
            query = query.where(below((columns.created_at, columns.id), before))
        return self._all(query)

    def history(self, order_id: UUID) -> Sequence[StatusChange]:
        """What became of an order, oldest step first."""
        columns = ORDER_HISTORY.c
        query = select(columns.status, columns.at, columns.event_id, columns.trace_id)
        rows = self._connection.execute(query.where(columns.order_id == order_id).order_by(columns.sequence))
        return [StatusChange(*tuple(row)) for row in rows]
