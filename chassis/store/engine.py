"""Engines that behave alike: SQLite and PostgreSQL, set up so that a transaction is one."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from chassis.errors import Conflict, StaleAggregate, StoreUnavailable
from chassis.observability import tracing
from chassis.store import postgresql
from chassis.store.spans import trace_statements

SQLITE_BUSY_SECONDS = 5.0
SQLITE_ARGUMENTS = {"timeout": SQLITE_BUSY_SECONDS}
#: The execution option of transactions that mean to write.
WRITES = "writes"
#: Psycopg's names for transactions that got in each other's way.
COLLISIONS = {"DeadlockDetected", "SerializationFailure", "LockNotAvailable"}


def make_engine(url: str, pool_size: int, idle_seconds: float = postgresql.IDLE_SECONDS) -> Engine:
    """An engine for this database; connects at first use.

    A transaction that rests for ``idle_seconds`` is ended by PostgreSQL, which frees its locks.
    """
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=not url.startswith("sqlite"),
        # Among the parameters are emails and hashes; errors are logged.
        hide_parameters=True,
        connect_args=SQLITE_ARGUMENTS if url.startswith("sqlite") else postgresql.arguments(idle_seconds),
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "do_connect", postgresql.connect)
    if tracing.is_on():
        trace_statements(engine)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver's own handling of transactions lets savepoints and DDL escape them: we begin by hand.
    connection.isolation_level = None
    _switch_to_wal(connection)
    # What is committed survives a power cut too, not a kill alone.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # Where several open a new file at once, SQLite refuses all but one here without waiting for the busy timeout.
    deadline = monotonic() + SQLITE_BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            threading.Event().wait(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer fails at once when another writes; who means to write waits in line.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Raise the database's errors as those that every edge knows."""
    try:
        yield
    except StaleDataError as error:
        raise StaleAggregate(str(error)) from error
    except IntegrityError as error:
        raise Conflict(_first_line(error.orig)) from error
    except (OperationalError, InterfaceError, InternalError) as error:
        if type(error.orig).__name__ in COLLISIONS:
            raise Conflict(_first_line(error.orig)) from error
        raise StoreUnavailable(_first_line(error.orig)) from error
    except PoolTimeout as error:
        raise StoreUnavailable("no free connection in the pool") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(_first_line(error.orig)) from error
        raise


def _first_line(error: BaseException | None) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0]
