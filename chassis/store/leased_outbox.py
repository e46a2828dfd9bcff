"""The outbox as its relay sees it: changed by nobody but the relay that holds the lease."""

from collections.abc import Collection
from typing import Any

from chassis.store import lease, outbox
from chassis.store.outbox import OutboxRow, OutboxState
from chassis.store.repeating import repeated
from chassis.store.store import Store

LEASE = "relay"


class LeasedOutbox:
    """One service's outbox, and who empties it: at any time one ``owner``, by the database's clock."""

    def __init__(self, store: Store[Any], owner: str, lease_seconds: float) -> None:
        self._store = store
        self._owner = owner
        self._lease_seconds = lease_seconds
        # They are asked for all the time: what they say is put together once.
        table, dialect, leases = store.tables.outbox, store.engine.dialect.name, store.tables.lease
        self._removal = outbox.removal(table, dialect)
        self._removal_if_ours = outbox.removal(table, dialect, lease.is_held(leases, LEASE, owner))

    def hold(self) -> bool:
        """Take or renew the lease; False if another holds it."""
        with self._store.statement(writes=True) as connection:
            return lease.hold(connection, self._store.tables.lease, LEASE, self._owner, self._lease_seconds)

    def release(self) -> None:
        """Give the lease back."""
        with self._store.connection(writes=True) as connection:
            lease.release(connection, self._store.tables.lease, LEASE, self._owner)

    def waiting(self, limit: int) -> list[OutboxRow]:
        """The oldest rows that may leave now."""
        with self._store.statement(writes=False) as connection:
            return outbox.waiting(connection, self._store.tables.outbox, limit)

    def state(self) -> OutboxState:
        """How many wait, since when, and how many are parked."""
        with self._store.statement(writes=False) as connection:
            return outbox.state(connection, self._store.tables.outbox)

    def settle(
        self,
        confirmed: Collection[int],
        postponed: Collection[tuple[OutboxRow, float, str]] = (),
        parked: Collection[tuple[OutboxRow, str]] = (),
    ) -> bool:
        """Remove, postpone and park rows in one transaction; False, and nothing changed, if the lease is lost."""
        if confirmed and not postponed and not parked and repeated(lambda: self._remove(confirmed)):
            return True
        return repeated(lambda: self._settle(confirmed, postponed, parked))

    def _remove(self, confirmed: Collection[int]) -> bool:
        """Nearly every batch: all are confirmed, and one statement does it. False if that was not all."""
        with self._store.statement(writes=True) as connection:
            removed = connection.execute(self._removal_if_ours, {"positions": list(confirmed)}).rowcount
        return removed == len(confirmed)

    def _settle(
        self,
        confirmed: Collection[int],
        postponed: Collection[tuple[OutboxRow, float, str]],
        parked: Collection[tuple[OutboxRow, str]],
    ) -> bool:
        table = self._store.tables.outbox
        with self._store.connection(writes=True) as connection:
            if not lease.hold(connection, self._store.tables.lease, LEASE, self._owner, self._lease_seconds):
                return False
            connection.execute(self._removal, {"positions": list(confirmed)})
            for row, pause_seconds, reason in postponed:
                outbox.postpone(connection, table, row, pause_seconds, reason)
            for row, reason in parked:
                outbox.park(connection, table, row, reason)
        return True
