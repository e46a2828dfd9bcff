"""What fills the new column of old rows, a few at a time, so that nobody waits for it."""

from typing import Any

from sqlalchemy import Column, MetaData, Table, select, update

from chassis.store.repeating import repeated
from chassis.store.store import Store
from chassis.store.types import Id

BATCH = 500


def backfill(store: Store[Any]) -> int:
    """Give a channel to every order that has none, and tell how many batches it took."""
    orders = Table("orders", MetaData(), Column("id", Id, primary_key=True), autoload_with=store.engine)
    batches = 0
    while repeated(lambda: _some(store, orders)):
        batches += 1
    return batches


def _some(store: Store[Any], orders: Table) -> int:
    with store.connection(writes=True) as connection:
        missing = select(orders.c.id).where(orders.c.channel.is_(None)).limit(BATCH).with_for_update(skip_locked=True)
        ids = list(connection.scalars(missing))
        connection.execute(update(orders).where(orders.c.id.in_(ids)).values(channel="unknown"))
    return len(ids)
