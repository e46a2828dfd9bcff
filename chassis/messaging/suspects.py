"""Suspects: messages that a worker had before and did not settle, one of which may have killed it.

Each is handled alone, and noted before. What was begun three times and never came to an end is the killer; its
neighbours in the prefetch, which the broker gives again as often, are not.
"""

from datetime import UTC, datetime
from typing import Any

import structlog

from broker.delivery import Delivery
from chassis.errors import Transient
from chassis.store import attempts
from chassis.store.store import Store

log = structlog.get_logger()

MAX_ATTEMPTS = 3


class KilledItsWorker(Exception):
    """Every attempt at this message ended with the worker that made it."""

    def __init__(self, times: int) -> None:
        super().__init__(f"{times} attempts at it, alone, ended with their worker")
        self.times = times


class Suspects:
    """One service's notes on attempts that are under way, in its database: any worker may meet the message next."""

    def __init__(self, store: Store[Any]) -> None:
        self._store = store
        self._table = store.tables.attempts

    def begin(self, delivery: Delivery) -> None:
        """Note that an attempt begins; KilledItsWorker if there were enough."""
        with self._store.connection(writes=True) as connection:
            unfinished = attempts.begin(
                connection, self._table, delivery.fingerprint, datetime.now(UTC), at_most=MAX_ATTEMPTS
            )
        if unfinished >= MAX_ATTEMPTS:
            raise KilledItsWorker(unfinished)

    def end(self, delivery: Delivery) -> None:
        """Note that the worker lives on."""
        try:
            with self._store.connection(writes=True) as connection:
                attempts.end(connection, self._table, delivery.fingerprint)
        except Transient as error:
            # It counts against the message once, at most, and is cleaned up in time.
            log.warning("attempt.not_forgotten", error=str(error))
