"""Housekeeping: what was kept long enough is removed.

An inbox row guards against its event coming again. Older than the retention, it is gone: such a late duplicate finds
only the guards of the aggregates, which the state of an order, a reservation or a profile gives.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import structlog

from chassis.observability.gauges import Gauges, Reading
from chassis.observability.metrics import ROWS_REMOVED
from chassis.store.store import Store
from chassis.store.sweep import Retention, Sweep, by_age, overdue_seconds

log = structlog.get_logger()

PAUSE_SECONDS = 60.0
BATCH = 1000
#: A note on an attempt that nobody ended belongs to a message that was settled otherwise.
ATTEMPTS_KEPT = timedelta(days=1)
#: Who repeats a keyed request later than that is taken for a new one.
ANSWERS_KEPT = timedelta(hours=24)

OVERDUE = {"sweep_overdue_seconds": "For how long a table's oldest row should have been removed."}


class Housekeeping:
    """Sweeps one service's store, a small batch at a time; for the one relay that holds the lease."""

    def __init__(
        self, store: Store[Any], *, inbox_kept: timedelta, sweeps: Mapping[str, Sweep] | None = None
    ) -> None:
        self._store = store
        self._retained = (
            Retention(store.tables.inbox, "handled_at", inbox_kept),
            Retention(store.tables.attempts, "began_at", ATTEMPTS_KEPT),
            Retention(store.tables.answers, "created_at", ANSWERS_KEPT),
            *store.tables.retained,
        )
        self._sweeps = {each.table.name: by_age(each, BATCH) for each in self._retained} | dict(sweeps or {})
        self._due_at = 0.0

    @property
    def swept(self) -> set[str]:
        """The names of the tables that don't grow for ever."""
        return set(self._sweeps)

    def turn(self) -> None:
        """Sweep if it is time to; at once again while there is more."""
        if monotonic() < self._due_at:
            return
        removed = {name: self._sweep(sweep) for name, sweep in self._sweeps.items()}
        for name, rows in removed.items():
            ROWS_REMOVED.labels(name).inc(rows)
        if any(removed.values()):
            log.info("store.swept", **{name: rows for name, rows in removed.items() if rows})
        self._due_at = 0.0 if BATCH in removed.values() else monotonic() + PAUSE_SECONDS

    def gauges(self) -> Gauges:
        """Whether the sweeping keeps up."""
        return Gauges(OVERDUE, self._overdue, labels=("table",))

    def _overdue(self) -> Iterator[Reading]:
        now = datetime.now(UTC)
        with self._store.connection(writes=False) as connection:
            for each in self._retained:
                seconds = overdue_seconds(connection, each, now)
                yield Reading("sweep_overdue_seconds", seconds, (each.table.name,))

    def _sweep(self, sweep: Sweep) -> int:
        with self._store.connection(writes=True) as connection:
            return sweep(connection, datetime.now(UTC))
