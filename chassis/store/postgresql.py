"""Connections to PostgreSQL on which nobody waits for ever, and which hold no lock for somebody who hangs."""

from typing import Any

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, text

CONNECT_SECONDS = 5
#: The server gives up a statement that takes so long, most likely waiting for a lock.
STATEMENT_SECONDS = 10.0
#: Where not even that is heard of, server or network are gone without a word.
ANSWER_SECONDS = 12.0


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


def let_it_take_its_time(connection: Connection) -> None:
    """For what may take long: this transaction is given up by nobody. Its connection goes back to no pool."""
    ours: Any = connection.connection.driver_connection
    connection.detach()
    ours.is_impatient = False
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
