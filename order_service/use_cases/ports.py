"""What the use cases need from outside."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol, TypedDict
from uuid import UUID

from order_service.domain.customer import Customer
from order_service.domain.order import Order, OrderStatus
from order_service.domain.product import Product


class StatusChange(Protocol):
    """One step of an order, and the event that told the world of it."""

    status: OrderStatus
    at: datetime
    event_id: str
    trace_id: str


class Orders(Protocol):
    """The orders."""

    def find(self, key: UUID) -> Order | None:
        """The order with this id, or None."""
        ...

    def add(self, aggregate: Order) -> None:
        """Store a new order."""
        ...

    def load(self, keys: Iterable[UUID]) -> None:
        """Load these at once."""
        ...

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
        ...

    def history(self, order_id: UUID) -> Sequence[StatusChange]:
        """What became of an order, oldest step first."""
        ...


class Products(Protocol):
    """The price list."""

    def find(self, key: str) -> Product | None:
        """The product with this sku, or None."""
        ...

    def add(self, aggregate: Product) -> None:
        """Store a new product."""
        ...

    def load(self, keys: Iterable[str]) -> None:
        """Load these at once, to change them."""
        ...

    def read(self, keys: Iterable[str]) -> None:
        """Load these at once, only to look at them."""
        ...

    def active(self, *, after: str | None, limit: int) -> Sequence[Product]:
        """The active products by sku, beyond ``after``."""
        ...


class KnownCustomer(TypedDict):
    """What requests ask of a customer."""

    name: str | None
    deactivated: bool
    #: RFC 3339.
    tokens_issued_before: str | None


class Customers(Protocol):
    """Our copy of the users."""

    def find(self, key: int) -> Customer | None:
        """The customer with this user id, or None."""
        ...

    def known(self, user_id: int) -> KnownCustomer | None:
        """What requests ask of a customer; None if nothing is known of the user here."""
        ...

    def add(self, aggregate: Customer) -> None:
        """Store a new customer."""
        ...

    def load(self, keys: Iterable[int]) -> None:
        """Load these at once, to change them."""
        ...

    def read(self, keys: Iterable[int]) -> None:
        """Load these at once, only to look at them."""
        ...


class UnitOfWork(Protocol):
    """One transaction of order_service."""

    now: datetime

    def redact_answers(self, user_id: int, values: dict[str, Any]) -> None:
        """Put these values into every kept answer that tells of the user, in the place of what it says."""
        ...

    @property
    def orders(self) -> Orders:
        """The orders."""
        ...

    @property
    def products(self) -> Products:
        """The price list."""
        ...

    @property
    def customers(self) -> Customers:
        """Our copy of the users."""
        ...
