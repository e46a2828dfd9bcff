"""Old rows go in small batches, so that no lock is held for long."""

from datetime import datetime

from sqlalchemy import Connection, Table, delete, select, tuple_


def remove_older(connection: Connection, table: Table, column: str, than: datetime, limit: int) -> int:
    """Remove the oldest rows from before this time, at most ``limit``, and tell how many."""
    key = list(table.primary_key.columns)
    old = select(*key).where(table.c[column] < than).order_by(table.c[column]).limit(limit)
    found = [tuple(row) for row in connection.execute(old)]
    if found:
        connection.execute(delete(table).where(tuple_(*key).in_(found)))
    return len(found)
