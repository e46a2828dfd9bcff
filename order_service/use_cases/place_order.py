"""Somebody orders."""

from collections.abc import Sequence
from uuid import UUID

from order_service.domain.errors import ProductsUnavailable
from order_service.domain.order import Order, OrderLine
from order_service.use_cases.ports import UnitOfWork


def place_order(order_id: UUID, user_id: int, wanted: Sequence[tuple[str, int]], unit_of_work: UnitOfWork) -> Order:
    """Place an order for these skus and quantities, at today's prices.

    ProductsUnavailable names the skus that can't be ordered. Whether the user exists is found out later.
    """
    lines = priced(wanted, unit_of_work)
    if unknown := {position: line.sku for position, line in enumerate(lines) if line.unit_price_cents is None}:
        raise ProductsUnavailable(unknown)
    order = Order.place(order_id=order_id, user_id=user_id, lines=lines, now=unit_of_work.now)
    unit_of_work.orders.add(order)
    return order


def priced(wanted: Sequence[tuple[str, int]], unit_of_work: UnitOfWork) -> list[OrderLine]:
    """The lines with name and price, or without both where the product is unknown or inactive."""
    unit_of_work.products.read(sku for sku, _ in wanted)
    return [_line(sku, quantity, unit_of_work) for sku, quantity in wanted]


def _line(sku: str, quantity: int, unit_of_work: UnitOfWork) -> OrderLine:
    product = unit_of_work.products.find(sku)
    if product is None or not product.active:
        return OrderLine(sku=sku, quantity=quantity)
    return OrderLine(sku=sku, quantity=quantity, name=product.name, unit_price_cents=product.unit_price_cents)
