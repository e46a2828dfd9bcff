"""What other systems tell us: the events that anybody with the right may publish."""

from dataclasses import dataclass
from uuid import UUID

from events.event import Event


@dataclass(frozen=True, kw_only=True)
class ProductListed(Event):
    """A product has this name and price from now on."""

    type = "catalog.product_listed.v1"
    subject_field = "sku"
    sku: str
    name: str
    unit_price_cents: int
    active: bool


@dataclass(frozen=True, kw_only=True)
class RequestedLine:
    """One line of an order that another system took; we set the price."""

    sku: str
    quantity: int


@dataclass(frozen=True, kw_only=True)
class OrderRequested(Event):
    """Another system took an order, under an id of its own."""

    type = "sales.order_requested.v1"
    subject_field = "order_id"
    order_id: UUID
    user_id: int
    lines: tuple[RequestedLine, ...]


@dataclass(frozen=True, kw_only=True)
class CreditLimitSet(Event):
    """Another system decided a user's credit limit."""

    type = "billing.credit_limit_set.v1"
    subject_field = "user_id"
    user_id: int
    credit_limit_cents: int
