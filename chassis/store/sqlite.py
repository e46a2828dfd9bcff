"""SQLite, set up so that a transaction is one, and what is committed stays."""

import sqlite3
import threading
from time import monotonic
from typing import Any

from sqlalchemy import Connection

BUSY_SECONDS = 5.0
#: The execution option of transactions that mean to write.
WRITES = "writes"


def arguments() -> dict[str, Any]:
    """What a connection is made with."""
    return {"timeout": BUSY_SECONDS}


def set_up(connection: sqlite3.Connection, _record: Any) -> None:
    """Make a new connection one of ours."""
    # The driver's own handling of transactions lets savepoints and DDL escape them: we begin by hand.
    connection.isolation_level = None
    _switch_to_wal(connection)
    # What is committed survives a power cut too, not a kill alone.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    # Where several open a new file at once, SQLite refuses all but one here without waiting for the busy timeout.
    deadline = monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if monotonic() > deadline:
                raise
            threading.Event().wait(0.02)
        else:
            return


def begin(connection: Connection) -> None:
    """Begin a transaction."""
    # A reader that turns writer fails at once when another writes; who means to write waits in line.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
