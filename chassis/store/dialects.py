"""What SQLAlchemy leaves to the databases' own words."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, Insert, Table, any_, bindparam, func, insert, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from chassis.store.postgresql import pipelined

#: Only these dialects know ON CONFLICT.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}

Key = tuple[Any, ...]


def in_one_trip(connection: Connection) -> AbstractContextManager[None]:
    """Inserts within take one trip to the database, where it can do that; what it refuses may be told at the end."""
    return pipelined(connection) if connection.dialect.name == "postgresql" else nullcontext()


def commit(connection: Connection) -> None:
    """Commit with what goes in the same trip, if it does; else the transaction's own end will."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("COMMIT")


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows of the same columns."""
    if connection.dialect.name == "postgresql" and len(rows) > 1 and _goes_in_arrays(table):
        columns = tuple(rows[0])
        connection.execute(_insert_arrays(table, columns), _arrays(columns, rows))
    else:
        connection.execute(_insert(table), rows)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Key]:
    """Insert the rows whose key is not there already, and tell the keys that came in.

    Waits where another transaction is just inserting the same; Conflict if that one is committed meanwhile, on MySQL.
    """
    dialect = connection.dialect.name
    if dialect == "mysql":
        return _read_and_insert(connection, table, rows)
    # Told by what is returned, not by the rowcount: drivers don't agree on what that says here.
    if dialect == "postgresql" and len(rows) > 1:
        columns = tuple(rows[0])
        statement = _insert_new_arrays(table, columns)
        return {tuple(row) for row in connection.execute(statement, _arrays(columns, rows))}
    return {tuple(row) for row in connection.execute(_insert_new_rows(table, dialect), rows)} if rows else set()


def among(column: ColumnElement[Any], values: str, dialect: str) -> ColumnElement[bool]:
    """The column is one of the parameter ``values``: however many, in the same words where the database can."""
    if dialect == "postgresql":
        return column == any_(bindparam(values, type_=postgresql.ARRAY(column.type)))
    return column.in_(bindparam(values, expanding=True))


def _arrays(columns: Iterable[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in columns}


@cache
def _goes_in_arrays(table: Table) -> bool:
    # An array of JSON arrays is taken for an array of two dimensions.
    return not any(isinstance(column.type, JSON) for column in table.c)


@cache
def _insert(table: Table) -> Insert:
    # Nobody asks which keys they get.
    return insert(table).inline()


@cache
def _insert_new_rows(table: Table, dialect: str) -> Any:
    return INSERTS[dialect](table).on_conflict_do_nothing().returning(*table.primary_key)


@cache
def _insert_arrays(table: Table, columns: tuple[str, ...]) -> Any:
    """The same words for any number of rows: an array for each column."""
    arrays = [bindparam(name, type_=postgresql.ARRAY(table.c[name].type)) for name in columns]
    rows = select(*(func.unnest(array) for array in arrays))
    return postgresql.insert(table).from_select(list(columns), rows)


@cache
def _insert_new_arrays(table: Table, columns: tuple[str, ...]) -> Any:
    return _insert_arrays(table, columns).on_conflict_do_nothing().returning(*table.primary_key)


def _read_and_insert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Key]:
    # MySQL returns nothing, and its INSERT IGNORE ignores too much: text that is cut off, values that are missing.
    keys = {tuple(row[column.name] for column in table.primary_key): row for row in rows}
    known = select(*table.primary_key).where(tuple_(*table.primary_key).in_(keys))
    new = keys.keys() - {tuple(row) for row in connection.execute(known)}
    if new:
        connection.execute(insert(table), [row for key, row in keys.items() if key in new])
    return new
