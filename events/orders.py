"""What order_service tells: what was ordered, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from events.event import Event


class RejectionReason(StrEnum):
    """Why an order was rejected: the reasons of a credit refusal, and one of the catalogue."""

    INSUFFICIENT_CREDIT = "insufficient_credit"
    UNKNOWN_USER = "unknown_user"
    USER_DEACTIVATED = "user_deactivated"
    UNKNOWN_PRODUCT = "unknown_product"


@dataclass(frozen=True, kw_only=True)
class PlacedLine:
    """One line of a placed order, at the price of the time of placing."""

    sku: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True, kw_only=True)
class OrderEvent(Event):
    """An event about an order."""

    subject_field = "order_id"
    order_id: UUID
    user_id: int


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """An order waits for its credit."""

    type = "order.placed.v1"
    total_cents: int
    lines: tuple[PlacedLine, ...]


@dataclass(frozen=True, kw_only=True)
class OrderConfirmed(OrderEvent):
    """An order has its credit."""

    type = "order.confirmed.v1"
    total_cents: int


@dataclass(frozen=True, kw_only=True)
class OrderRejected(OrderEvent):
    """An order can't be had."""

    type = "order.rejected.v1"
    reason: RejectionReason


@dataclass(frozen=True, kw_only=True)
class OrderCancelled(OrderEvent):
    """An order was taken back; what was reserved for it is to be released."""

    type = "order.cancelled.v1"
    total_cents: int
