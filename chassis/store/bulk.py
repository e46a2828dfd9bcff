"""Many new rows at once, for loads of data: by COPY on PostgreSQL, which takes a fraction of the time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Connection, Table, insert
from sqlalchemy.engine import Dialect

from chassis.errors import Conflict, StoreUnavailable

Row = Mapping[str, Any]


def add_many(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that all have the same columns, in the connection's transaction; Conflict if one is there."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.execute(insert(table), rows)


def _copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(quoted.format_column(table.c[name]) for name in rows[0])
    driver: Any = connection.connection.driver_connection
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN") as copy,
        ):
            for values in _bound(connection.dialect, table, rows):
                copy.write_row(values)
    except psycopg.IntegrityError as error:
        raise Conflict(str(error).partition("\n")[0]) from error
    except psycopg.OperationalError as error:
        raise StoreUnavailable(str(error).partition("\n")[0]) from error


def _bound(dialect: Dialect, table: Table, rows: Sequence[Row]) -> Iterator[list[Any]]:
    """The values as the driver takes them."""
    processors = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in rows[0]]
    for row in rows:
        yield [
            value if process is None else process(value)
            for process, value in zip(processors, row.values(), strict=True)
        ]
