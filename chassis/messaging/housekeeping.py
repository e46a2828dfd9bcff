"""Housekeeping: what was kept long enough is removed.

An inbox row guards against its event coming again. Older than the retention, it is gone: such a late duplicate finds
only the guards of the aggregates, which the state of an order, a reservation or a profile gives.
"""

from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from chassis.store.store import Store
from chassis.store.sweep import remove_older

log = structlog.get_logger()

PAUSE_SECONDS = 60.0
BATCH = 1000
#: A note on an attempt that nobody ended belongs to a message that was settled otherwise.
ATTEMPTS_KEPT = timedelta(days=1)
#: Who repeats a keyed request later than that is taken for a new one.
ANSWERS_KEPT = timedelta(hours=24)
#: The column that says until when a row is of use, and how much longer it stays: no clock has to be exact.
EXPIRY, EXPIRED_KEPT = "expires_at", timedelta(hours=1)


class Housekeeping:
    """Sweeps one service's store, a small batch at a time; for the one relay that holds the lease."""

    def __init__(self, store: Store[Any], *, inbox_kept: timedelta) -> None:
        self._store = store
        self._kept = (
            (store.tables.inbox, "handled_at", inbox_kept),
            (store.tables.attempts, "began_at", ATTEMPTS_KEPT),
            (store.tables.answers, "created_at", ANSWERS_KEPT),
            *((table, EXPIRY, EXPIRED_KEPT) for table in store.tables.expiring),
        )
        self._due_at = 0.0

    def turn(self) -> None:
        """Sweep if it is time to; at once again while there is more."""
        if monotonic() < self._due_at:
            return
        now = datetime.now(UTC)
        removed = [self._sweep(table, column, now - kept) for table, column, kept in self._kept]
        if any(removed):
            log.info("store.swept", rows=sum(removed))
        self._due_at = 0.0 if BATCH in removed else monotonic() + PAUSE_SECONDS

    def _sweep(self, table: Any, column: str, than: datetime) -> int:
        with self._store.connection(writes=True) as connection:
            return remove_older(connection, table, column, than, BATCH)
