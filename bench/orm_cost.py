"""What the ORM costs: the same statements by the ORM and by Core, on one database, taking turns.

    TEST_POSTGRESQL_URL=… python -m bench.orm_cost

For a request (`POST /orders`) and an event (`order.placed`, in batches of 1 and of 50): the CPU time of this
process in microseconds, the median of several rounds. The database's own work is in another process and not counted.
"""

import json
import statistics
from collections.abc import Callable
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any
from uuid import UUID, uuid4

import click
from sqlalchemy import insert, select, update
from uuid_utils.compat import uuid7

from chassis.messaging.handling import handle_once
from chassis.store import inbox, outbox
from chassis.store.store import Store
from events.envelope import Envelope
from events.event import Event
from events.orders import OrderPlaced, PlacedLine
from events.users import CreditReserved
from order_service.domain.order import OrderStatus
from order_service.store.tables import ORDER_HISTORY, PRODUCTS
from order_service.store.tables import ORDERS as ORDERS_TABLE
from order_service.use_cases.list_product import put_product
from order_service.use_cases.place_order import place_order
from tests.servers.choice import server
from tests.servers.postgresql import database
from tests.stores import ORDERS, SCHEMAS_URL, USERS, add_user, envelope, migrated, placed
from user_service.domain.reservation import ReservationStatus
from user_service.store.tables import RESERVATIONS
from user_service.store.tables import USERS as USERS_TABLE
from user_service.subscriptions import SUBSCRIPTIONS

ROUNDS, UNITS = 15, 200


def place_by_orm(store: Store[Any]) -> None:
    """One order, as the API places it."""
    with store.writing() as unit_of_work:
        place_order(uuid7(), 1, [("lamp", 1)], unit_of_work)


def place_by_core(store: Store[Any]) -> None:
    """The same rows by hand-written statements."""
    with store.writing() as unit_of_work:
        session, now, order_id = unit_of_work._session, unit_of_work.now, uuid7()
        connection = session.connection()
        row = connection.execute(select(PRODUCTS).where(PRODUCTS.c.sku.in_(["lamp"]))).one()
        line = {"sku": "lamp", "quantity": 1, "name": row.name, "unit_price_cents": row.unit_price_cents}
        connection.execute(insert(ORDERS_TABLE), [_order_row(order_id, line, now)])
        lines = (PlacedLine(sku="lamp", quantity=1, unit_price_cents=row.unit_price_cents),)
        event = OrderPlaced(order_id=order_id, user_id=1, total_cents=row.unit_price_cents, lines=lines)
        told = envelope(event, time=now)
        outbox.add(connection, store.tables.outbox, [told], SCHEMAS_URL)
        connection.execute(insert(ORDER_HISTORY), [_history_row(order_id, told, now)])


def _order_row(order_id: UUID, line: dict[str, Any], now: datetime) -> dict[str, Any]:
    from order_service.domain.order import OrderLine

    return {
        "id": order_id, "user_id": 1, "lines": (OrderLine(**line),), "total_cents": line["unit_price_cents"],
        "status": OrderStatus.PENDING, "created_at": now, "updated_at": now, "sequence": 1, "version": 1,
    }  # fmt: skip


def _history_row(order_id: UUID, told: Envelope[Event], now: datetime) -> dict[str, Any]:
    return {
        "order_id": order_id, "sequence": 1, "status": OrderStatus.PENDING, "at": now, "event_id": told.id,
        "trace_id": "",
    }  # fmt: skip


def handle_by_core(store: Store[Any], arriving: list[Envelope[OrderPlaced]]) -> None:
    """Claim, lock, reserve and tell, by hand-written statements, for the whole batch at once."""
    with store.writing() as unit_of_work:
        session, now = unit_of_work._session, unit_of_work.now
        connection = session.connection()
        inbox.claim(connection, store.tables.inbox, arriving, now)
        ids = sorted({each.event.user_id for each in arriving})
        users = connection.execute(select(USERS_TABLE).where(USERS_TABLE.c.id.in_(ids)).with_for_update()).all()
        orders = [each.event.order_id for each in arriving]
        connection.execute(select(RESERVATIONS).where(RESERVATIONS.c.order_id.in_(orders)).with_for_update()).all()
        for user in users:
            amount = sum(each.event.total_cents for each in arriving if each.event.user_id == user.id)
            values = {"reserved_cents": user.reserved_cents + amount, "version": user.version + 1}
            connection.execute(update(USERS_TABLE).where(USERS_TABLE.c.id == user.id).values(**values))
        connection.execute(insert(RESERVATIONS), [_reservation_row(each.event, now) for each in arriving])
        outbox.add(connection, store.tables.outbox, [_reserved(each.event, now) for each in arriving], SCHEMAS_URL)


def _reservation_row(event: OrderPlaced, now: datetime) -> dict[str, Any]:
    return {
        "order_id": event.order_id, "user_id": event.user_id, "amount_cents": event.total_cents,
        "status": ReservationStatus.RESERVED, "updated_at": now, "sequence": 1, "version": 1,
    }  # fmt: skip


def _reserved(event: OrderPlaced, now: datetime) -> Envelope[Event]:
    reserved = CreditReserved(order_id=event.order_id, user_id=event.user_id, amount_cents=event.total_cents)
    return envelope(reserved, time=now)


def measure(ways: dict[str, Callable[[], None]], units: int) -> dict[str, dict[str, float]]:
    """CPU and wall time of one unit in microseconds: medians of rounds in which the ways take turns."""
    cpu: dict[str, list[float]] = {name: [] for name in ways}
    wall: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS + 2):
        for name, way in ways.items():
            cpu_before, wall_before = process_time(), perf_counter()
            way()
            cpu[name].append((process_time() - cpu_before) / units * 1e6)
            wall[name].append((perf_counter() - wall_before) / units * 1e6)
    # The first two rounds warm up.
    return {
        name: {"cpu_us": statistics.median(cpu[name][2:]), "wall_us": statistics.median(wall[name][2:])}
        for name in ways
    }


def _repeat(way: Callable[[], None]) -> Callable[[], None]:
    def repeated() -> None:
        for _ in range(UNITS):
            way()

    return repeated


def _batches(handle: Callable[[list[Envelope[Any]]], None], user_ids: list[int], size: int) -> Callable[[], None]:
    def run() -> None:
        arriving = [envelope(placed(user_ids[number % len(user_ids)], total=1)) for number in range(UNITS)]
        for start in range(0, UNITS, size):
            handle(arriving[start : start + size])

    return run


@click.command()
def main() -> None:
    """Print the table."""
    with server("postgresql") as url, database(url, f"orm_{uuid4().hex}") as orders_url:
        with migrated(ORDERS, orders_url) as store:
            with store.writing() as unit_of_work:
                put_product("lamp", name="Lamp", unit_price_cents=5, active=True, unit_of_work=unit_of_work)
            ways = {"ORM": lambda: place_by_orm(store), "Core": lambda: place_by_core(store)}
            _show("POST /orders, its unit of work", {name: _repeat(way) for name, way in ways.items()})
        with database(url, f"orm_{uuid4().hex}") as users_url, migrated(USERS, users_url) as store:
            user_ids = [add_user(store, limit=10**12) for _ in range(50)]
            for size in (1, 50):
                _show(
                    f"order.placed, batches of {size}",
                    {
                        "ORM": _batches(lambda batch: handle_once(store, SUBSCRIPTIONS, batch), user_ids, size),
                        "Core": _batches(lambda batch: handle_by_core(store, batch), user_ids, size),
                    },
                )


def _show(title: str, ways: dict[str, Callable[[], None]]) -> None:
    found = measure(ways, UNITS)
    ratio = found["ORM"]["cpu_us"] / found["Core"]["cpu_us"]
    click.echo(f"{title}: {json.dumps({k: {a: round(b) for a, b in v.items()} for k, v in found.items()})}")
    click.echo(f"    the ORM takes {ratio:.2f} times Core's CPU time ({datetime.now(UTC):%Y-%m-%d})")


if __name__ == "__main__":
    main()
