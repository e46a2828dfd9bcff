"""Migrated databases of the services, and what tests put into them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, select

from chassis.cache.cache import Cache
from chassis.service import Service
from chassis.store.migrations import migrate
from chassis.store.store import Store
from events.decode import decode
from events.envelope import STRUCTURED, Envelope, encode
from events.event import Event
from events.orders import OrderCancelled, OrderPlaced, PlacedLine
from order_service.service import make_service as make_order_service
from user_service.domain.user import User
from user_service.service import make_service as make_user_service

USERS = make_user_service()
ORDERS = make_order_service()
SCHEMAS_URL = "http://127.0.0.1:1"


@contextmanager
def opened(service: Service, url: str, **more: Any) -> Iterator[Store[Any]]:
    """The service's store on this database."""
    store: Store[Any] = Store(
        url,
        cache=more.pop("cache", None) or Cache(service.name, None),
        pool_size=20,
        unit_of_work=service.unit_of_work,
        tables=service.tables,
        source=f"/{service.name}",
        schemas_url=SCHEMAS_URL,
        **more,
    )
    try:
        yield store
    finally:
        store.close()


@contextmanager
def migrated(service: Service, url: str, **more: Any) -> Iterator[Store[Any]]:
    """The same, after the database was brought up to date."""
    with opened(service, url, **more) as store:
        migrate(store.engine, service.name)
        yield store


def add_user(store: Store[Any], *, limit: int = 100_000, told: bool = False) -> int:
    """A user with this credit limit; its registration is told only where that matters."""
    now = datetime.now(UTC)
    with store.writing() as unit_of_work:
        user = User(
            name="Ada",
            email=f"{uuid4()}@example.com",
            password_hash="none",
            credit_limit_cents=limit,
            created_at=now,
            updated_at=now,
            limit_set_at=now,
        )
        unit_of_work.users.add(user)
        if told:
            user.tell_registered()
    return user.id


def outbox(store: Store[Any]) -> list[Envelope[Event]]:
    """The events that wait in the outbox, oldest first."""
    table = store.tables.outbox
    with store.connection(writes=False) as connection:
        rows = connection.execute(select(table.c.body, table.c.type).order_by(table.c.position)).all()
    now = datetime.now(UTC)
    return [decode(row.body, content_type=STRUCTURED, headers={}, routing_key=row.type, now=now) for row in rows]


def flush(unit_of_work: Any) -> None:
    """Write everything so far, uncommitted."""
    unit_of_work.write_changes()
    unit_of_work.write_new()


def count(store: Store[Any], table: str) -> int:
    """How many rows a table has."""
    found = store.tables.metadata.tables[table]
    with store.connection(writes=False) as connection:
        return int(connection.scalar(select(func.count()).select_from(found)) or 0)


def envelope(
    event: Event, *, sequence: int = 1, source: str = "/order_service", **attributes: Any
) -> Envelope[Event]:
    """An event as it arrives."""
    values: dict[str, Any] = {
        "id": str(uuid4()),
        "source": source,
        "time": datetime.now(UTC),
        "sequence": sequence,
        "traceparent": None,
        "correlation_id": str(uuid4()),
        **attributes,
    }
    return Envelope(event=event, **values)


def body_of(arriving: Envelope[Event]) -> bytes:
    """Its bytes on the wire."""
    return encode(arriving, SCHEMAS_URL)


def placed(user_id: int, *, total: int = 10_000, order_id: UUID | None = None) -> OrderPlaced:
    """An order's request for credit."""
    lines = (PlacedLine(sku="lamp", quantity=1, unit_price_cents=total),)
    return OrderPlaced(order_id=order_id or uuid4(), user_id=user_id, total_cents=total, lines=lines)


def cancelled(order: OrderPlaced) -> OrderCancelled:
    """The same order, taken back."""
    return OrderCancelled(order_id=order.order_id, user_id=order.user_id, total_cents=order.total_cents)
