"""What a database has stored, and when: PostgreSQL notes the time of each commit by the clock that we read too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

import psycopg

from tests.servers.postgresql_node import plain

PATIENCE_SECONDS = 300
LEAST_PAUSE_SECONDS = 0.02
PAUSE_FOR_EACH_LOOK = 50


@contextmanager
def observed(database_url: str) -> Iterator["Observer"]:
    """A connection that looks into this database."""
    with psycopg.connect(plain(database_url), autocommit=True) as connection:
        yield Observer(connection)


class Observer:
    """Looks from outside, seldom enough not to be in the way."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        found = self.connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
        assert found is not None
        return float(found[0])

    def count(self, rows: str) -> int:
        """How many there are; ``rows`` is a table, and a condition if wanted."""
        found = self.connection.execute(f"SELECT count(*) FROM {rows}").fetchone()  # type: ignore[arg-type]
        assert found is not None
        return int(found[0])

    def await_count(self, rows: str, number: int) -> None:
        """Return when there are so many, or more; when that was is told by ``commit_times``."""
        _look(lambda: self.count(rows) >= number, f"{number} {rows}")

    def await_none(self, rows: str) -> None:
        """Return when there are none."""
        query = f"SELECT FROM {rows} LIMIT 1"
        _look(lambda: self.connection.execute(query).fetchone() is None, f"no {rows}")  # type: ignore[arg-type]

    def commit_times(self, rows: str, key: str = "null") -> list[tuple[float, str]]:
        """When each was committed last, in seconds since the epoch, in order; and its key."""
        query = f"SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)), {key}::text FROM {rows}"
        rows_found = self.connection.execute(query)  # type: ignore[arg-type]
        return sorted((float(time), str(key)) for time, key in rows_found)


def _look(there: Callable[[], bool], what: str) -> None:
    """Look again and again, for a small part of the time: a look costs the more the more there is to count."""
    deadline = monotonic() + PATIENCE_SECONDS
    while True:
        began = monotonic()
        if there():
            return
        assert began < deadline, f"not yet: {what}"
        sleep(max(LEAST_PAUSE_SECONDS, PAUSE_FOR_EACH_LOOK * (monotonic() - began)))
