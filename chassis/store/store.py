"""A service's database: units of work for the use cases, and what relay and health need of it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import Connection, Engine, text

from chassis.cache.cache import Cache
from chassis.errors import Transient
from chassis.observability.metrics import TRANSACTION_SECONDS
from chassis.store.dialects import commit, in_one_trip
from chassis.store.engine import IDLE_SECONDS, by_statement, make_engine
from chassis.store.errors import translated
from chassis.store.sqlite import WRITES
from chassis.store.tables import CommonTables
from chassis.store.unit_of_work import UnitOfWork

U = TypeVar("U", bound=UnitOfWork)


class Store(Generic[U]):
    """One database. Every error of it that leaves here is one of ``chassis.errors``, or a defect."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int,
        unit_of_work: type[U],
        tables: CommonTables,
        source: str,
        schemas_url: str,
        cache: Cache,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self.engine: Engine = make_engine(url, pool_size, idle_seconds)
        self.tables = tables
        self.cache = cache
        self._writing = self.engine.execution_options(**{WRITES: True})
        self._reading, self._writing_once = by_statement(self.engine), by_statement(self._writing)
        self._unit_of_work = unit_of_work
        self._source = source
        self._schemas_url = schemas_url

    @contextmanager
    def writing(self) -> Iterator[U]:
        """A unit of work that is committed at the block's end, and rolled back if the block raises."""
        with self._timed("writing"), self.connection(writes=True) as connection:
            unit_of_work = self._make(connection, writes=True)
            yield unit_of_work
            unit_of_work.write_changes()
            # Before the commit: afterwards it might be killed, and leave the cache with what was before.
            self.cache.hold(unit_of_work.changed())
            with in_one_trip(connection):
                unit_of_work.write_new()
                commit(connection)
        unit_of_work.count()

    @contextmanager
    def reading(self) -> Iterator[U]:
        """A unit of work that only looks, and locks nothing."""
        with self._timed("reading"), self.statement(writes=False) as connection:
            yield self._make(connection, writes=False)

    @contextmanager
    def connection(self, *, writes: bool) -> Iterator[Connection]:
        """A bare transaction, for the relay."""
        with translated(), (self._writing if writes else self.engine).begin() as connection:
            yield connection

    @contextmanager
    def statement(self, *, writes: bool) -> Iterator[Connection]:
        """A bare connection for one statement, which is a transaction by itself, without words about that."""
        with translated(), (self._writing_once if writes else self._reading).begin() as connection:
            yield connection

    def answers(self) -> bool:
        """True if the database answers just now."""
        try:
            with self.statement(writes=False) as connection:
                connection.execute(text("SELECT 1"))
        except Transient:
            return False
        return True

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _timed(self, kind: str) -> AbstractContextManager[object]:
        return TRANSACTION_SECONDS.labels(self._source.strip("/"), kind).time()

    def _make(self, connection: Connection, *, writes: bool) -> U:
        return self._unit_of_work(
            connection,
            self.tables,
            source=self._source,
            schemas_url=self._schemas_url,
            now=datetime.now(UTC),
            writes=writes,
        )
