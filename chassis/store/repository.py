"""Loads whole aggregates, once each, and knows which ones its unit of work holds."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from chassis.store.dialects import among, dialect_of
from events.aggregate import Aggregate, Recorded

A = TypeVar("A", bound=Aggregate)
K = TypeVar("K")


class Repository(Generic[A, K]):
    """The aggregates of one kind that this unit of work holds, by key.

    In a unit of work that writes, what is found or loaded is locked until its end; what is only read is not.
    """

    aggregate: type[A]
    #: The name of the aggregate's key.
    key: str
    #: The kind under which the cache may have it; none: it is never there.
    cached_as: str | None = None

    def __init__(self, session: Session, *, writes: bool) -> None:
        self._session = session
        self._writes = writes
        self._held: dict[K, A | None] = {}
        self._touched: dict[int, A] = {}

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
        for found in self._session.scalars(*self._query(missing, lock=lock)):
            self._held[getattr(found, self.key)] = found

    def _query(self, keys: Sequence[K], *, lock: bool) -> tuple[Select[Any], dict[str, Any]]:
        if len(keys) == 1:
            return _by_key(cast("Any", self.aggregate), self.key, lock=lock), {"key": keys[0]}
        return _by_keys(cast("Any", self.aggregate), self.key, dialect_of(self._session), lock=lock), {"keys": keys}

    def _one(self, query: Select[A]) -> A | None:
        """The one aggregate that a query finds, as if by its key."""
        found = self._session.scalar(query.with_for_update() if self._writes else query)
        if found is None:
            return None
        self._held[getattr(found, self.key)] = found
        return self._touch(found)

    def add(self, aggregate: A) -> None:
        """Store a new aggregate."""
        self._session.add(aggregate)
        if getattr(aggregate, self.key) is None:
            self._session.flush()
        self._held[getattr(aggregate, self.key)] = self._touch(aggregate)

    def remove(self, aggregate: A) -> None:
        """Keep it no longer; what it recorded is told all the same."""
        self._session.delete(aggregate)

    def take_events(self) -> Iterator[Recorded]:
        """What the aggregates recorded since the last call."""
        touched, self._touched = self._touched, {}
        for aggregate in touched.values():
            yield from aggregate.take_events()

    def _touch(self, aggregate: A) -> A:
        self._touched[id(aggregate)] = aggregate
        return aggregate


@cache
def _by_key(aggregate: Any, key: str, *, lock: bool) -> Select[Any]:
    query = select(aggregate).where(getattr(aggregate, key) == bindparam("key"))
    return query.with_for_update() if lock else query


@cache
def _by_keys(aggregate: Any, key: str, dialect: str, *, lock: bool) -> Select[Any]:
    column: Any = getattr(aggregate, key)
    query = select(aggregate).where(among(column, "keys", dialect)).order_by(column)
    return query.with_for_update() if lock else query
