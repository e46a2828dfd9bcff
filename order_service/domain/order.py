"""An order, from pending to what becomes of it.

    pending -> confirmed | rejected | cancelled
    confirmed -> cancelled

Every other step is refused, or has no effect where it was taken before or comes too late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from events.aggregate import Aggregate
from events.fields import MAX_CENTS
from events.orders import (
    OrderCancelled,
    OrderConfirmed,
    OrderPlaced,
    OrderRejected,
    PlacedLine,
    RejectionReason,
)
from order_service.domain.errors import AmountMismatch, OrderIsRejected, TotalTooHigh


class OrderStatus(StrEnum):
    """Where an order stands."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line, at the price of the time of placing; without name and price where the product is unknown."""

    sku: str
    quantity: int
    name: str | None = None
    unit_price_cents: int | None = None


@dataclass(eq=False, kw_only=True)
class Order(Aggregate):
    """What a user ordered."""

    id: UUID
    user_id: int
    lines: tuple[OrderLine, ...]
    total_cents: int
    status: OrderStatus = OrderStatus.PENDING
    rejection_reason: RejectionReason | None = None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def place(cls, *, order_id: UUID, user_id: int, lines: Sequence[OrderLine], now: datetime) -> "Order":
        """A pending order, which asks for its credit; TotalTooHigh if it costs too much."""
        placed = [
            PlacedLine(sku=line.sku, quantity=line.quantity, unit_price_cents=line.unit_price_cents or 0)
            for line in lines
        ]
        total = sum(line.quantity * line.unit_price_cents for line in placed)
        if total > MAX_CENTS:
            raise TotalTooHigh(f"The total is over {MAX_CENTS}.")
        order = cls(
            id=order_id, user_id=user_id, lines=tuple(lines), total_cents=total, created_at=now, updated_at=now
        )
        order.record(OrderPlaced(order_id=order_id, user_id=user_id, total_cents=total, lines=tuple(placed)))
        return order

    @classmethod
    def refuse(cls, *, order_id: UUID, user_id: int, lines: Sequence[OrderLine], now: datetime) -> "Order":
        """An order of another system that can't be placed, because a product is unknown or inactive."""
        bare = tuple(OrderLine(sku=line.sku, quantity=line.quantity) for line in lines)
        order = cls(id=order_id, user_id=user_id, lines=bare, total_cents=0, created_at=now, updated_at=now)
        order.reject(RejectionReason.UNKNOWN_PRODUCT, now)
        return order

    def confirm(self, amount_cents: int, now: datetime) -> None:
        """The credit is reserved; AmountMismatch if it is not the order's total."""
        if amount_cents != self.total_cents:
            raise AmountMismatch(f"{amount_cents} reserved for an order of {self.total_cents}.")
        if self.status is OrderStatus.PENDING:
            self._become(OrderStatus.CONFIRMED, now)
            self.record(OrderConfirmed(order_id=self.id, user_id=self.user_id, total_cents=self.total_cents))

    def reject(self, reason: RejectionReason, now: datetime) -> None:
        """The order can't be had."""
        if self.status is OrderStatus.PENDING:
            self._become(OrderStatus.REJECTED, now)
            self.rejection_reason = reason
            self.record(OrderRejected(order_id=self.id, user_id=self.user_id, reason=reason))

    def cancel(self, now: datetime) -> None:
        """Take the order back; OrderIsRejected if there is nothing to take back."""
        if self.status is OrderStatus.REJECTED:
            raise OrderIsRejected("The order is rejected.")
        if self.status is not OrderStatus.CANCELLED:
            self._become(OrderStatus.CANCELLED, now)
            self.record(OrderCancelled(order_id=self.id, user_id=self.user_id, total_cents=self.total_cents))

    def asks_for(self, user_id: int, wanted: Sequence[tuple[str, int]]) -> bool:
        """True if this is the order of this user for these skus and quantities."""
        return self.user_id == user_id and sorted(wanted) == sorted((line.sku, line.quantity) for line in self.lines)

    def _become(self, status: OrderStatus, now: datetime) -> None:
        self.status, self.updated_at = status, now
