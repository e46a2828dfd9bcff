"""Somebody who gets in the way of a transaction so that the database has to give one of the two up: ours."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, text, update

from chassis.store.store import Store

SECONDS = 30
#: Which of two is given up: with PostgreSQL who looks first, with MySQL who has written less.
STUBBORN = {"postgresql": "SET LOCAL deadlock_timeout = '60s'", "mysql": "SET @stubborn = 1"}


class Deadlock:
    """Our transaction takes the ``first`` user, and comes ``between`` to the second, whom the other one holds."""

    def __init__(self, store: Store[Any], first: int, second: int) -> None:
        self._store = store
        self._first, self._second = first, second
        self._has_second, self._ours_has_first = threading.Event(), threading.Event()
        #: How often our transaction came there.
        self.attempts = 0

    def between(self) -> None:
        """Say that we have the first, and wait until the other has the second, at our first attempt."""
        self.attempts += 1
        assert self._has_second.wait(SECONDS)
        self._ours_has_first.set()

    def other(self) -> None:
        """Take the second, and then the first; change nothing in the end."""
        with self._store.engine.connect() as connection:
            connection.execute(text(STUBBORN[connection.dialect.name]))
            connection.execute(insert(self._store.tables.inbox), [_row(number) for number in range(100)])
            self._touch(connection, self._second)
            self._has_second.set()
            assert self._ours_has_first.wait(SECONDS)
            self._touch(connection, self._first)
            connection.rollback()

    def _touch(self, connection: Connection, user_id: int) -> None:
        users = self._store.tables.metadata.tables["users"]
        connection.execute(update(users).where(users.c.id == user_id).values(name="Somebody else"))


def _row(number: int) -> dict[str, Any]:
    return {"source": "/deadlock", "event_id": str(number), "handled_at": datetime.now(UTC)}


@contextmanager
def deadlock(store: Store[Any], first: int, second: int) -> Iterator[Deadlock]:
    """The other one is at work while the block runs, and has come to its end after it."""
    made = Deadlock(store, first, second)
    thread = threading.Thread(target=made.other)
    thread.start()
    try:
        yield made
    finally:
        thread.join(SECONDS)
