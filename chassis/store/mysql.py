"""Connections to MySQL and MariaDB: strict, in UTC, on which nobody waits for ever or holds a lock while it hangs."""

from math import ceil
from typing import Any

from sqlalchemy import Connection, text

#: Their default reads a transaction's first snapshot to its end and locks gaps between rows: see ADR 10.
ISOLATION = "READ COMMITTED"
CONNECT_SECONDS = 5
#: Who waits so long for a row's lock is told so; the transaction is then begun anew.
LOCK_SECONDS = 8
#: The server gives up a statement that takes so long. MySQL does so for SELECT alone.
STATEMENT_SECONDS = 10
#: Where not even that is heard of, server or network are gone without a word.
ANSWER_SECONDS = 12.0
#: Text that is cut off, numbers that don't fit and days that are none are errors, whatever the server's own mode is.
STRICT = "STRICT_ALL_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"


def arguments() -> dict[str, Any]:
    """What a connection is made with."""
    return {"connect_timeout": CONNECT_SECONDS, "read_timeout": ANSWER_SECONDS, "write_timeout": ANSWER_SECONDS}


class SetUp:
    """Makes a new connection one of ours."""

    def __init__(self, idle_seconds: float) -> None:
        self._idle_seconds = ceil(idle_seconds)

    def __call__(self, connection: Any, _record: Any) -> None:
        """One statement for all that is to hold on this connection."""
        variables = {
            "time_zone": "'+00:00'",
            "sql_mode": f"'{STRICT}'",
            "innodb_lock_wait_timeout": LOCK_SECONDS,
            "lock_wait_timeout": LOCK_SECONDS,
            **self._of_server("MariaDB" in connection.get_server_info()),
        }
        with connection.cursor() as cursor:
            cursor.execute("SET " + ", ".join(f"SESSION {name} = {value}" for name, value in variables.items()))

    def _of_server(self, is_mariadb: bool) -> dict[str, int]:  # noqa: FBT001 - the one thing that it asks
        if is_mariadb:
            return {"max_statement_time": STATEMENT_SECONDS, "idle_transaction_timeout": self._idle_seconds}
        # MySQL knows no limit for transactions: it ends every connection that asks nothing for so long.
        return {"max_execution_time": STATEMENT_SECONDS * 1000, "wait_timeout": self._idle_seconds}


def let_it_take_its_time(connection: Connection) -> None:
    """For what may take long: statements on this connection are given up by nobody. It goes back to no pool."""
    ours: Any = connection.connection.driver_connection
    connection.detach()
    # pymysql has no other way to change it.
    ours._read_timeout = None  # noqa: SLF001
    is_mariadb = "MariaDB" in ours.get_server_info()
    endless = ("max_statement_time", "idle_transaction_timeout") if is_mariadb else ("max_execution_time",)
    usual = ("wait_timeout", "lock_wait_timeout", "innodb_lock_wait_timeout")
    for name, value in [*((name, "0") for name in endless), *((name, "DEFAULT") for name in usual)]:
        connection.execute(text(f"SET SESSION {name} = {value}"))
