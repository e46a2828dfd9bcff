"""Reading a store that others write to: page by page, in transactions that can't write and hold nobody up."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, Select

from chassis.errors import StoreUnavailable
from chassis.store.migrations import is_migrated
from chassis.store.pages import above
from chassis.store.store import Store

T = TypeVar("T")

PAGE = 1000
#: What makes a transaction one that can't write, by dialect; and what ends that, where it outlives the transaction.
BEGIN_READ_ONLY = {
    "mysql": "START TRANSACTION READ ONLY",
    "postgresql": "SET TRANSACTION READ ONLY",
    "sqlite": "PRAGMA query_only=ON",
}
END_READ_ONLY = {"sqlite": "PRAGMA query_only=OFF"}


@contextmanager
def read_only(store: Store[Any]) -> Iterator[Connection]:
    """A transaction in which the database itself refuses to write."""
    with store.connection(writes=False) as connection:
        dialect = connection.dialect.name
        connection.exec_driver_sql(BEGIN_READ_ONLY[dialect])
        try:
            yield connection
        finally:
            if dialect in END_READ_ONLY:
                connection.exec_driver_sql(END_READ_ONLY[dialect])


def require_tables(store: Store[Any]) -> None:
    """Raise StoreUnavailable if the database was never migrated."""
    with read_only(store) as connection:
        if not is_migrated(connection, store.tables.metadata):
            raise StoreUnavailable("its tables are not there: run `migrate`")


def every(store: Store[Any], query: Select[Any], *key: ColumnElement[Any]) -> Iterator[Row[Any]]:
    """Every row of a query, in the order of its key, a page to a transaction; the key comes first in the rows.

    The pages are of different moments: a row that comes in behind the page being read is not seen.
    """
    query = query.order_by(*key).limit(PAGE)
    page = _rows(store, query)
    while page:
        yield from page
        page = _rows(store, query.where(above(key, page[-1][: len(key)]))) if len(page) == PAGE else []


def among(
    store: Store[Any], query: Select[Any], column: ColumnElement[Any], values: Iterable[Any]
) -> Iterator[Row[Any]]:
    """The rows of a query whose column has one of these values."""
    for chunk in chunks(values):
        yield from _rows(store, query.where(column.in_(chunk)))


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of a page's length."""
    remaining = iter(values)
    while chunk := list(islice(remaining, PAGE)):
        yield chunk


def _rows(store: Store[Any], query: Select[Any]) -> list[Row[Any]]:
    with read_only(store) as connection:
        return list(connection.execute(query))
