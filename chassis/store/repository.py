"""Loads whole aggregates, once each, knows which ones its unit of work holds, and writes what became of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Row, Select

from chassis.store.rows import Rows
from events.aggregate import Aggregate, Recorded

A = TypeVar("A", bound=Aggregate)
K = TypeVar("K")


class Repository(Generic[A, K]):
    """The aggregates of one kind that this unit of work holds, by key.

    In a unit of work that writes, what is found or loaded is locked until its end; what is only read is not.
    """

    #: How they lie in their table.
    rows: Rows[A]
    #: The kind under which the cache may have it; none: it is never there.
    cached_as: str | None = None

    def __init__(self, connection: Connection, *, writes: bool) -> None:
        self._connection = connection
        self._writes = writes
        self._held: dict[K, A | None] = {}
        #: In a unit of work that writes: what is held, and the row that is stored of it.
        self._stored: dict[K, tuple[A, Sequence[Any]]] = {}
        self._new: list[A] = []
        self._removed: list[A] = []
        self._touched: dict[int, A] = {}
        #: The keys of what was stored before, and was changed here.
        self.changed: set[K] = set()

    def find(self, key: K) -> A | None:
        """The aggregate with this key, or None."""
        if key not in self._held:
            self.load([key])
        found = self._held[key]
        return self._touch(found) if found is not None else None

    def load(self, keys: Iterable[K]) -> None:
        """Load these at once, locked in the order of their keys so that two workers don't deadlock."""
        self._load(keys, lock=self._writes)

    def read(self, keys: Iterable[K]) -> None:
        """Load these at once, only to look at them: nobody has to wait for that."""
        self._load(keys, lock=False)

    def _load(self, keys: Iterable[K], *, lock: bool) -> None:
        missing = sorted(set(keys) - self._held.keys())  # type: ignore[type-var] # ids are in order
        if not missing:
            return
        self._held.update(dict.fromkeys(missing))
        self._all(*self.rows.by_keys(missing, self._connection.dialect.name, lock=lock))

    def _one(self, query: Select[Any]) -> A | None:
        """The one aggregate whose row a query finds, as if by its key."""
        found = self._all(query.with_for_update() if self._writes else query)
        return self._touch(found[0]) if found else None

    def _all(self, query: Select[Any], parameters: dict[str, Any] | None = None) -> list[A]:
        """The aggregates whose rows a query finds."""
        return [self._hold(row) for row in self._connection.execute(query, parameters)]

    def _hold(self, row: Row[Any]) -> A:
        key = self.rows.key_in(row)
        held = self._held.get(key)
        if held is None:
            held = self._held[key] = self.rows.made_of(row)
            if self._writes:
                self._stored[key] = held, row
        return held

    def add(self, aggregate: A) -> None:
        """Store a new aggregate; one that has no key yet is given it now, by the database."""
        if self.rows.key_of(aggregate) is None:
            self.rows.insert_for_key(self._connection, aggregate)
            self._store(aggregate)
        else:
            self._new.append(aggregate)
        self._held[self.rows.key_of(aggregate)] = self._touch(aggregate)

    def remove(self, aggregate: A) -> None:
        """Keep it no longer; what it recorded is told all the same."""
        del self._stored[self.rows.key_of(aggregate)]
        self._removed.append(aggregate)

    def write_changes(self) -> None:
        """Write what was changed and removed; StaleAggregate if another version of any of it is stored by now."""
        for each in self.rows.update(self._connection, self._stored.values()):
            self._store(each)
            self.changed.add(self.rows.key_of(each))
        self.rows.delete(self._connection, self._removed)
        self._removed = []

    def write_new(self) -> None:
        """Write what was added."""
        self.rows.insert(self._connection, self._new)
        for each in self._new:
            self._store(each)
        self._new = []

    def _store(self, aggregate: A) -> None:
        self._stored[self.rows.key_of(aggregate)] = aggregate, self.rows.of(aggregate)

    def take_events(self) -> Iterator[Recorded]:
        """What the aggregates recorded since the last call."""
        touched, self._touched = self._touched, {}
        for aggregate in touched.values():
            yield from aggregate.take_events()

    def _touch(self, aggregate: A) -> A:
        self._touched[id(aggregate)] = aggregate
        return aggregate
