"""A look at the books, and what puts them in disorder."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from broker.settings import BrokerSettings
from chassis.store.store import Store
from operations.audit import Report, audit
from operations.books import Books
from order_service.store.tables import ORDER_HISTORY, ORDERS
from tests.world import World

PATIENCE_SECONDS = 0.1


Found = set[tuple[str, str]]


def read(world: World, broker: BrokerSettings, since: datetime | None = None) -> Report:
    return audit(Books(world.users, world.orders, broker, events_since=since), PATIENCE_SECONDS)


def disagreeing(report: Report) -> Found:
    """Kind and id of all that disagrees, where nothing is under way."""
    assert report.under_way == []
    return {(each.kind, each.id) for each in report.disagreeing}


def under_way(report: Report) -> Found:
    """Kind and id of all that is under way, where nothing disagrees."""
    assert report.disagreeing == []
    return {(each.kind, each.id) for each in report.under_way}


def a_confirmed(world: World) -> UUID:
    with world.orders.connection(writes=False) as connection:
        found: UUID = connection.scalars(select(ORDERS.c.id).where(ORDERS.c.status == "confirmed")).first()
    return found


def change(store: Store[Any], statement: Any) -> None:
    """What no code of ours would do."""
    with store.connection(writes=True) as connection:
        connection.execute(statement)


def event_of(world: World, order_id: UUID, status: str) -> str:
    """The id of the event that told of this step."""
    columns = ORDER_HISTORY.c
    query = select(columns.event_id).where(columns.order_id == order_id, columns.status == status)
    with world.orders.connection(writes=False) as connection:
        return str(connection.scalar(query))
