"""A made-up past, drawn from a number: what the services would have told each other, the same for all who draw it.

It comes in blocks of ten users with a hundred orders. Each block is drawn by itself, so that a long past begins as a
short one does. All of it lies in one year that is over.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random
from uuid import UUID

from events.event import Event
from events.orders import OrderCancelled, OrderConfirmed, OrderPlaced, OrderRejected

BEGINS = datetime(2024, 1, 1, tzinfo=UTC)
#: How many orders each of a block's users has.
ORDERS_OF = (0, 1, 2, 4, 6, 8, 10, 14, 20, 35)
USERS_PER_BLOCK, ORDERS_PER_BLOCK = len(ORDERS_OF), sum(ORDERS_OF)
#: So many ids belong to a seed; those that are given one by one are far below the first.
IDS_PER_SEED = 10**9
MOST_SEEDS, MOST_BLOCKS = 10**6, 10**7
#: Which part of the orders was rejected, and which was cancelled after it was confirmed.
REJECTED, CANCELLED = 0.08, 0.1
#: One who asked for so many of the dearest product got no credit.
TOO_MANY = 1000

FIRST_NAMES = (
    "Ada",
    "Alan",
    "Barbara",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "Joan",
    "Ken",
    "Leslie",
    "Tony",
)
LAST_NAMES = (
    "Abe",
    "Berg",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ito",
    "Jansen",
    "Kim",
    "Lee",
)
MATERIALS = ("oak", "walnut", "steel", "glass", "linen", "marble", "bamboo", "brass", "cork", "wool")
THINGS = {
    "chair": 4_900,
    "lamp": 2_500,
    "table": 19_900,
    "shelf": 7_900,
    "sofa": 64_900,
    "rug": 12_900,
    "clock": 3_500,
}


@dataclass(frozen=True)
class PastProduct:
    """What could be ordered; the price never changed."""

    sku: str
    name: str
    unit_price_cents: int


@dataclass(frozen=True)
class PastStep:
    """What an order became, and the event that told of it."""

    event: type[Event]
    at: datetime
    event_id: UUID


@dataclass(frozen=True)
class PastOrder:
    """An order, and what became of it. None is left pending."""

    id: UUID
    user_id: int
    lines: tuple[tuple[PastProduct, int], ...]
    steps: tuple[PastStep, ...]
    trace_id: str

    @cached_property
    def total_cents(self) -> int:
        """What all lines cost together."""
        return sum(product.unit_price_cents * quantity for product, quantity in self.lines)

    @property
    def fate(self) -> type[Event]:
        """The event that told how it ended."""
        return self.steps[-1].event


@dataclass(frozen=True)
class PastUser:
    """A user with all orders. The limit covers what is reserved, and never covered what was refused."""

    id: int
    name: str
    email: str
    registered_at: datetime
    credit_limit_cents: int
    orders: tuple[PastOrder, ...]

    @property
    def reserved_cents(self) -> int:
        """What the confirmed orders cost."""
        return sum(order.total_cents for order in self.orders if order.fate is OrderConfirmed)


def _price_list() -> tuple[PastProduct, ...]:
    return tuple(
        PastProduct(f"{material}-{thing}", f"{material} {thing}".capitalize(), price + 500 * number)
        for number, material in enumerate(MATERIALS)
        for thing, price in THINGS.items()
    )


PRODUCTS: Sequence[PastProduct] = _price_list()
DEAREST = max(PRODUCTS, key=lambda product: product.unit_price_cents)


def first_id(seed: int, block: int) -> int:
    """The id of a block's first user."""
    return seed * IDS_PER_SEED + block * USERS_PER_BLOCK + 1


def users(seed: int, block: int) -> Iterator[PastUser]:
    """The users of a block, one by one."""
    # Not for secrets, but for the same past everywhere.
    drawn = Random(f"{seed} {block}")  # nosec B311 # noqa: S311
    for place, number_of_orders in enumerate(ORDERS_OF):
        yield _user(drawn, first_id(seed, block) + place, number_of_orders)


def _user(drawn: Random, user_id: int, number_of_orders: int) -> PastUser:
    name = f"{drawn.choice(FIRST_NAMES)} {drawn.choice(LAST_NAMES)}"
    email = f"{name.replace(' ', '.').lower()}.{user_id}@example.com"
    registered_at = _later(drawn, BEGINS, timedelta(days=300))
    orders = tuple(_order(drawn, user_id, registered_at) for _ in range(number_of_orders))
    user = PastUser(user_id, name, email, registered_at, 0, orders)
    limit = max(100_000, -(-user.reserved_cents // 50_000) * 50_000)
    return PastUser(user_id, name, email, registered_at, limit, orders)


def _order(drawn: Random, user_id: int, since: datetime) -> PastOrder:
    placed_at = _later(drawn, since, timedelta(days=60))
    order_id, luck = _uuid7(drawn, placed_at), drawn.random()
    decided_at = _later(drawn, placed_at, timedelta(seconds=2))
    steps = [_step(drawn, OrderPlaced, placed_at)]
    lines = _lines(drawn)
    if luck < REJECTED:
        lines = ((DEAREST, TOO_MANY),)
        steps.append(_step(drawn, OrderRejected, decided_at))
    else:
        steps.append(_step(drawn, OrderConfirmed, decided_at))
    if luck > 1 - CANCELLED:
        steps.append(_step(drawn, OrderCancelled, _later(drawn, decided_at, timedelta(days=3))))
    return PastOrder(order_id, user_id, lines, tuple(steps), f"{drawn.getrandbits(128) or 1:032x}")


def _lines(drawn: Random) -> tuple[tuple[PastProduct, int], ...]:
    # Each sku once, in the order in which they were drawn.
    chosen = dict.fromkeys(drawn.choices(PRODUCTS, k=1 + int(drawn.random() * 3)))
    return tuple((product, 1 + int(drawn.random() ** 3 * 4)) for product in chosen)


def _step(drawn: Random, event: type[Event], at: datetime) -> PastStep:
    return PastStep(event, at, _uuid7(drawn, at))


def _later(drawn: Random, since: datetime, at_most: timedelta) -> datetime:
    return since + at_most * drawn.random()


def _uuid7(drawn: Random, at: datetime) -> UUID:
    milliseconds = round(at.timestamp() * 1000)
    return UUID(
        int=(milliseconds << 80) | (0x7 << 76) | (drawn.getrandbits(12) << 64) | (0b10 << 62) | drawn.getrandbits(62)
    )
