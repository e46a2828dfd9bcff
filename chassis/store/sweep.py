"""Old rows go in small batches, so that no lock is held for long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Table, bindparam, delete, select

#: Removes of one table what is of no use any more at this time, a batch at most, and tells how many rows.
Sweep = Callable[[Connection, datetime], int]


@dataclass(frozen=True)
class Retention:
    """How long after the time in a column a row is of use. The column has an index."""

    table: Table
    column: str
    kept: timedelta


def by_age(each: Retention, batch: int) -> Sweep:
    """The sweep that does it."""
    return lambda connection, now: remove_older(connection, each.table, each.column, now - each.kept, batch)


def remove_older(connection: Connection, table: Table, column: str, than: datetime, limit: int) -> int:
    """Remove the oldest rows from before this time, at most ``limit``, and tell how many.

    What somebody else is just removing is left to them: nobody waits.
    """
    key = list(table.primary_key.columns)
    old = select(*key).where(table.c[column] < than).order_by(table.c[column]).limit(limit)
    found = [tuple(row) for row in connection.execute(old.with_for_update(skip_locked=True))]
    if found:
        # One by one: of a list of pairs PostgreSQL makes a scan of the whole table.
        this_one = [column == bindparam(f"key_{number}") for number, column in enumerate(key)]
        rows = [{f"key_{number}": value for number, value in enumerate(values)} for values in found]
        connection.execute(delete(table).where(*this_one), rows)
    return len(found)


def overdue_seconds(connection: Connection, retention: Retention, now: datetime) -> float:
    """For how long the oldest row should have been gone; 0 if none should."""
    column = retention.table.c[retention.column]
    oldest = connection.scalar(select(column).order_by(column).limit(1))
    return max(0.0, (now - retention.kept - oldest).total_seconds()) if oldest else 0.0
