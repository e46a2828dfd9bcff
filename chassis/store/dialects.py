"""What SQLAlchemy leaves to the databases' own words."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

#: Only these dialects know ON CONFLICT.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

Key = tuple[Any, ...]
#: What a transaction is at work in.
Work = Session | Connection


def insert_new(within: Work, table: Table, rows: Collection[Mapping[str, Any]]) -> set[Key]:
    """Insert the rows whose key is not there already, and tell the keys that came in.

    Waits where another transaction is just inserting the same; Conflict if that one is committed meanwhile, on MySQL.
    """
    dialect = (within.connection() if isinstance(within, Session) else within).dialect.name
    if dialect not in INSERTS:
        return _read_and_insert(within, table, rows)
    # Told by what is returned, not by the rowcount: drivers don't agree on what that says here.
    statement = INSERTS[dialect](table).on_conflict_do_nothing().returning(*table.primary_key)
    return {tuple(row) for row in within.execute(statement, list(rows))}


def _read_and_insert(within: Work, table: Table, rows: Collection[Mapping[str, Any]]) -> set[Key]:
    # MySQL returns nothing, and its INSERT IGNORE ignores too much: text that is cut off, values that are missing.
    keys = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
    known = select(*table.primary_key).where(tuple_(*table.primary_key).in_(keys))
    new = keys.keys() - {tuple(row) for row in within.execute(known)}
    if new:
        within.execute(insert(table), [row for key, row in keys.items() if key in new])
    return new
