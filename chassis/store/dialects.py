"""What SQLAlchemy leaves to the databases' own words."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, any_, bindparam, func, insert, select, tuple_
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
    dialect = dialect_of(within)
    if dialect == "mysql":
        return _read_and_insert(within, table, rows)
    # Told by what is returned, not by the rowcount: drivers don't agree on what that says here.
    if dialect == "postgresql" and len(rows) > 1:
        columns = tuple(next(iter(rows)))
        arrays = {name: [row[name] for row in rows] for name in columns}
        return {tuple(row) for row in within.execute(_insert_arrays(table, columns), arrays)}
    return {tuple(row) for row in within.execute(_insert_rows(table, dialect), list(rows))} if rows else set()


def dialect_of(within: Work) -> str:
    """The database's name, as SQLAlchemy has it."""
    return (within.connection() if isinstance(within, Session) else within).dialect.name


def among(column: ColumnElement[Any], values: str, dialect: str) -> ColumnElement[bool]:
    """The column is one of the parameter ``values``: however many, in the same words where the database can."""
    if dialect == "postgresql":
        return column == any_(bindparam(values, type_=postgresql.ARRAY(column.type)))
    return column.in_(bindparam(values, expanding=True))


@cache
def _insert_rows(table: Table, dialect: str) -> Any:
    return INSERTS[dialect](table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _insert_arrays(table: Table, columns: tuple[str, ...]) -> Any:
    """The same words for any number of rows: an array for each column."""
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in columns]
    rows = select(*(func.unnest(array) for array in arrays))
    new = postgresql.insert(table).from_select(list(columns), rows).on_conflict_do_nothing()
    return new.returning(*table.primary_key)


def _read_and_insert(within: Work, table: Table, rows: Collection[Mapping[str, Any]]) -> set[Key]:
    # MySQL returns nothing, and its INSERT IGNORE ignores too much: text that is cut off, values that are missing.
    keys = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
    known = select(*table.primary_key).where(tuple_(*table.primary_key).in_(keys))
    new = keys.keys() - {tuple(row) for row in within.execute(known)}
    if new:
        within.execute(insert(table), [row for key, row in keys.items() if key in new])
    return new
