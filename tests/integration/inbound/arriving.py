"""Events as they arrive, and what became of them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from events.event import Event
from events.external import OrderRequested, ProductListed, RequestedLine
from order_service.domain.order import Order
from order_service.domain.product import Product
from tests.stores import add_user, envelope
from tests.world import World
from user_service.domain.user import User

NOBODY = 987_654


SHOP, OTHER_SHOP = "/shop", "/other/shop"


def arrives(world: World, event: Event, *, seconds: float = 0, source: str = SHOP, **attributes: Any) -> list[str]:
    """Let it arrive, dated so many seconds from now; the types of what it caused at once."""
    world.fetch()
    before = len(world.on_its_way)
    time = datetime.now(UTC) + timedelta(seconds=seconds)
    world.deliver(envelope(event, source=source, **{"time": time, "sequence": None, **attributes}))
    return [caused.type for caused in world.on_its_way[before:]]


def listing(sku: str, price: int, *, active: bool = True) -> ProductListed:
    return ProductListed(sku=sku, name=f"Costs {price}", unit_price_cents=price, active=active)


def requested(user_id: int, *skus: str, order_id: UUID | None = None, quantity: int = 1) -> OrderRequested:
    lines = tuple(RequestedLine(sku=sku, quantity=quantity) for sku in skus)
    return OrderRequested(order_id=order_id or uuid4(), user_id=user_id, lines=lines)


def product(world: World, sku: str) -> Product:
    with world.orders.reading() as unit_of_work:
        return unit_of_work.products.find(sku)


def order(world: World, order_id: UUID) -> Order:
    with world.orders.reading() as unit_of_work:
        return unit_of_work.orders.find(order_id)


def user(world: World, user_id: int) -> User:
    with world.users.reading() as unit_of_work:
        return unit_of_work.users.find(user_id)


def deactivated(world: World) -> int:
    user_id = add_user(world.users)
    with world.users.writing() as unit_of_work:
        unit_of_work.users.find(user_id).deactivate(unit_of_work.now)
    world.settle()
    return user_id
