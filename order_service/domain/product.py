"""A product: its name and price on our own list."""

from dataclasses import dataclass
from datetime import datetime

from events.aggregate import Aggregate


@dataclass(eq=False, kw_only=True)
class Product(Aggregate):
    """What a sku costs from now on."""

    sku: str
    name: str
    unit_price_cents: int
    active: bool
    updated_at: datetime
    #: When this was decided, by REST or by another system.
    listed_at: datetime

    def put(self, *, name: str, unit_price_cents: int, active: bool, now: datetime) -> None:
        """Set everything. It is the newest word, also over one dated ahead of our clock."""
        self._set(name, unit_price_cents, active, max(now, self.listed_at), now)

    def take(self, *, name: str, unit_price_cents: int, active: bool, listed_at: datetime, now: datetime) -> None:
        """Set what another system listed, unless a newer listing is known."""
        if listed_at >= self.listed_at:
            self._set(name, unit_price_cents, active, listed_at, now)

    def _set(self, name: str, price: int, active: bool, listed_at: datetime, now: datetime) -> None:  # noqa: FBT001
        self.name, self.unit_price_cents, self.active = name, price, active
        self.listed_at, self.updated_at = listed_at, now
