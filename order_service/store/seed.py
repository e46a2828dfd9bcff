"""A made-up past as order_service would have kept it: orders with their history, customers, the price list."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from chassis.store.bulk import add_many
from chassis.store.dialects import insert_new
from chassis.store.store import Store
from events import past
from events.orders import OrderRejected, RejectionReason
from events.past import PastOrder, PastUser
from order_service.domain.order import OrderLine
from order_service.store import tables
from order_service.store.orders import STATUS_TOLD_BY


def add_price_list(store: Store[Any]) -> None:
    """Add the products that could be ordered; what is on the list stays as it is."""
    rows = [
        {
            "sku": product.sku,
            "name": product.name,
            "unit_price_cents": product.unit_price_cents,
            "active": True,
            "updated_at": past.BEGINS,
            "listed_at": past.BEGINS,
            "sequence": 0,
            "version": 1,
        }
        for product in past.PRODUCTS
    ]
    with store.connection(writes=True) as connection:
        insert_new(connection, tables.PRODUCTS, rows)


def add_blocks(store: Store[Any], seed: int, blocks: Sequence[int]) -> int:
    """Add the orders of these blocks, with all that belongs to them, and tell how many blocks were new.

    A customer of whom something is known by an event stays as it is.
    """
    with store.connection(writes=True) as connection:
        missing = _missing(connection, seed, blocks)
        users = [user for block in missing for user in past.users(seed, block)]
        orders = [order for user in users for order in user.orders]
        if users:
            insert_new(connection, tables.CUSTOMERS, [_customer(user) for user in users])
        add_many(connection, tables.ORDERS, [_order(order) for order in orders])
        add_many(connection, tables.ORDER_HISTORY, [step for order in orders for step in _history(order)])
    return len(missing)


def _missing(connection: Connection, seed: int, blocks: Sequence[int]) -> list[int]:
    """The blocks that are not there. Each came in one transaction: its first order tells of all."""
    firsts = {next(order.id for user in past.users(seed, block) for order in user.orders): block for block in blocks}
    there = set(connection.scalars(select(tables.ORDERS.c.id).where(tables.ORDERS.c.id.in_(firsts))))
    return [block for order_id, block in firsts.items() if order_id not in there]


def _customer(user: PastUser) -> dict[str, Any]:
    return {
        "user_id": user.id,
        "name": user.name,
        "email": user.email,
        "profile_sequence": 1,
        "deactivated": False,
        "erased": False,
        "sequence": 0,
        "version": 1,
    }


def _order(order: PastOrder) -> dict[str, Any]:
    lines = tuple(
        OrderLine(sku=product.sku, quantity=quantity, name=product.name, unit_price_cents=product.unit_price_cents)
        for product, quantity in order.lines
    )
    return {
        "id": order.id,
        "user_id": order.user_id,
        "lines": lines,
        "total_cents": order.total_cents,
        "status": STATUS_TOLD_BY[order.fate],
        "rejection_reason": RejectionReason.INSUFFICIENT_CREDIT if order.fate is OrderRejected else None,
        "created_at": order.steps[0].at,
        "updated_at": order.steps[-1].at,
        "sequence": len(order.steps),
        "version": len(order.steps),
    }


def _history(order: PastOrder) -> Iterator[dict[str, Any]]:
    for sequence, step in enumerate(order.steps, start=1):
        yield {
            "order_id": order.id,
            "sequence": sequence,
            "status": STATUS_TOLD_BY[step.event],
            "at": step.at,
            "event_id": str(step.event_id),
            "trace_id": order.trace_id,
        }
