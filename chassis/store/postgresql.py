"""Connections to PostgreSQL on which nobody waits for ever, and which hold no lock for somebody who hangs."""

import select
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError, DisconnectionError

CONNECT_SECONDS = 5
#: The server gives up a statement that takes so long, most likely waiting for a lock.
STATEMENT_SECONDS = 10.0
#: Where not even that is heard of, server or network are gone without a word.
ANSWER_SECONDS = 12.0
#: A connection that rested for longer may have been dropped by something between us and the server.
RESTED_SECONDS = 1.0


class ImpatientConnection(psycopg.Connection[Any]):
    """Is closed, and raises, when an answer doesn't come."""

    is_impatient = True

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """Wait for an answer, but not for ever."""
        if timeout is None and self.is_impatient:
            timeout = ANSWER_SECONDS
        try:
            return super().wait(gen, interval, timeout)
        except psycopg.OperationalError:
            # Not an answer that says no, but none.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()
            raise


def arguments(idle_seconds: float) -> dict[str, Any]:
    """What a connection is made with."""
    options = {
        # Whatever the server's zone is: the first hours of the year 1 are no date in zones to the west.
        "timezone": "UTC",
        # A plan that is kept was made for the table as it was then: empty, perhaps, and best read from end to end.
        "plan_cache_mode": "force_custom_plan",
        "statement_timeout": round(STATEMENT_SECONDS * 1000),
        "idle_in_transaction_session_timeout": round(idle_seconds * 1000),
    }
    return {
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def connect(_dialect: Any, _record: Any, positional: Any, named: Any) -> Any:
    """Connect, in SQLAlchemy's stead."""
    return ImpatientConnection.connect(*positional, **named)


def drop_what_is_dead(engine: Engine) -> None:
    """Hand out no connection of the pool that the server has ended, without asking the server each time.

    A server that ends a connection says so: then there is something to read where nothing was asked for.
    """

    def give_back(_connection: Any, record: Any) -> None:
        record.info["rests_since"] = monotonic()

    def hand_out(connection: Any, record: Any, _handed: Any) -> None:
        rests_since = record.info.get("rests_since")
        if rests_since is None:
            return
        if (monotonic() - rests_since > RESTED_SECONDS or _is_readable(connection)) and not _answers(connection):
            raise DisconnectionError

    def _answers(connection: Any) -> bool:
        try:
            return bool(engine.dialect.do_ping(connection))
        except psycopg.Error:
            return False

    event.listen(engine, "checkin", give_back)
    event.listen(engine, "checkout", hand_out)


def _is_readable(connection: Any) -> bool:
    if connection.closed:
        return True
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Statements within are sent without waiting for their answers: the block ends with these, or with an error.

    They can ask for nothing, neither for rows nor for how many.
    """
    ours: Any = connection.connection.driver_connection
    try:
        with ours.pipeline():
            yield
    except psycopg.Error as error:
        # At the block's end nobody else makes it one of SQLAlchemy's.
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=connection.dialect) from error


def let_it_take_its_time(connection: Connection) -> None:
    """For what may take long: this transaction is given up by nobody. Its connection goes back to no pool."""
    ours: Any = connection.connection.driver_connection
    connection.detach()
    ours.is_impatient = False
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
