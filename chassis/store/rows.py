"""Aggregates as rows: an attribute for each column, by the column's name, and a version that each change counts up.

Of several that were changed in the same columns, one statement writes all: for a batch of events each would be a
round trip to the database.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import fields
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Delete,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from chassis.errors import StaleAggregate
from chassis.store.dialects import among, insert_all
from events.aggregate import Aggregate

A = TypeVar("A", bound=Aggregate)
Columns = tuple[str, ...]
#: The column that counts a row's versions, so that nobody overwrites what they have not seen.
VERSION = "version"
ITS_KEY, ITS_VERSION = "its_key", "its_version"


class Rows(Generic[A]):
    """The rows of one kind of aggregate.

    A column that the aggregate knows nothing of is left to the database: it may be one of the next release.
    """

    def __init__(self, aggregate: type[A], table: Table, key: str) -> None:
        known = {field.name for field in fields(aggregate)} | {VERSION}
        self._aggregate, self._table, self._key = aggregate, table, key
        self._columns: Columns = tuple(column.name for column in table.columns if column.name in known)
        #: What queries begin with.
        self.select = _select(table, self._columns)
        self._key_at = self._columns.index(key)

    def key_of(self, aggregate: A) -> Any:
        """The key of an aggregate; None if it has none yet."""
        return getattr(aggregate, self._key)

    def key_in(self, row: Sequence[Any]) -> Any:
        """The key of the aggregate that lies in this row."""
        return row[self._key_at]

    def made_of(self, row: Sequence[Any]) -> A:
        """The aggregate that lies in this row; nothing that its constructor does is done again."""
        made = self._aggregate.__new__(self._aggregate)
        vars(made).update(zip(self._columns, row, strict=True))
        return made

    def of(self, aggregate: A) -> tuple[Any, ...]:
        """The row that an aggregate would have by now."""
        values = vars(aggregate)
        return tuple([values[name] for name in self._columns])

    def by_keys(self, keys: Sequence[Any], dialect: str, *, lock: bool) -> tuple[Select[Any], dict[str, Any]]:
        """What selects the rows with these keys, in their order."""
        if len(keys) == 1:
            return _by_key(self._table, self._columns, self._key, lock=lock), {"key": keys[0]}
        return _by_keys(self._table, self._columns, self._key, dialect, lock=lock), {"keys": keys}

    def insert(self, connection: Connection, new: Iterable[A]) -> None:
        """Store new ones, all of which have a key."""
        if rows := [self._first(each) for each in new]:
            insert_all(connection, self._table, rows)

    def insert_for_key(self, connection: Connection, new: A) -> None:
        """Store a new one, which gets its key by that."""
        row = self._first(new)
        del row[self._key]
        (key,) = connection.execute(_insert(self._table), row).inserted_primary_key or (None,)
        setattr(new, self._key, key)

    def update(self, connection: Connection, known: Iterable[tuple[A, Sequence[Any]]]) -> list[A]:
        """Store those that are no longer as their rows are known, and tell which.

        StaleAggregate if another version of any of them is stored by now.
        """
        alike: dict[Columns, list[A]] = defaultdict(list)
        for aggregate, row in known:
            values = vars(aggregate)
            if changed := tuple([name for name, was in zip(self._columns, row, strict=True) if values[name] != was]):
                alike[changed].append(aggregate)
        for columns, aggregates in alike.items():
            rows = [self._versioned(each) | {name: vars(each)[name] for name in columns} for each in aggregates]
            self._write(connection, _update(self._table, self._key, columns), rows)
            for each in aggregates:
                vars(each)[VERSION] += 1
        return [each for aggregates in alike.values() for each in aggregates]

    def delete(self, connection: Connection, aggregates: Iterable[A]) -> None:
        """Remove these; StaleAggregate if another version of any of them is stored by now."""
        if rows := [self._versioned(each) for each in aggregates]:
            self._write(connection, _delete(self._table, self._key), rows)

    def _first(self, aggregate: A) -> dict[str, Any]:
        """The row that a new one gets, which is its first version."""
        setattr(aggregate, VERSION, 1)
        return {name: getattr(aggregate, name) for name in self._columns}

    def _versioned(self, aggregate: A) -> dict[str, Any]:
        values = vars(aggregate)
        return {ITS_KEY: values[self._key], ITS_VERSION: values[VERSION]}

    def _write(self, connection: Connection, statement: Update | Delete, rows: list[dict[str, Any]]) -> None:
        written = connection.execute(statement, rows).rowcount
        if written != len(rows):
            what = f"{self._aggregate.__name__}s were changed meanwhile"
            raise StaleAggregate(f"{len(rows) - written} of {len(rows)} {what}")


@cache
def _select(table: Table, columns: Columns) -> Select[Any]:
    return select(*(table.c[name] for name in columns))


@cache
def _by_key(table: Table, columns: Columns, key: str, *, lock: bool) -> Select[Any]:
    query = _select(table, columns).where(table.c[key] == bindparam("key"))
    return query.with_for_update() if lock else query


@cache
def _by_keys(table: Table, columns: Columns, key: str, dialect: str, *, lock: bool) -> Select[Any]:
    query = _select(table, columns).where(among(table.c[key], "keys", dialect)).order_by(table.c[key])
    return query.with_for_update() if lock else query


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _update(table: Table, key: str, columns: Columns) -> Update:
    written: dict[str, Any] = {name: bindparam(name) for name in columns}
    written[VERSION] = table.c[VERSION] + 1
    return update(table).where(*_same(table, key)).values(written)


@cache
def _delete(table: Table, key: str) -> Delete:
    return delete(table).where(*_same(table, key))


def _same(table: Table, key: str) -> tuple[ColumnElement[bool], ...]:
    return table.c[key] == bindparam(ITS_KEY), table.c[VERSION] == bindparam(ITS_VERSION)
