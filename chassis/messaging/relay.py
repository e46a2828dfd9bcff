"""The relay: what is committed in the outbox reaches the broker, at least once.

It publishes a batch, waits for all its confirms together, and forgets a row only after its confirm. A crash between
the two publishes the row again, which is why every consumer has an inbox. Of the relays of one service one is
active, by a lease in its database; the others stand by.
"""

import threading
from collections.abc import Iterator
from time import monotonic, time_ns

import structlog

from broker.confirms import Confirms, Fate
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.publisher import Publisher
from broker.topology import EXCHANGE
from chassis.errors import Transient
from chassis.messaging import spans
from chassis.messaging.housekeeping import Housekeeping
from chassis.messaging.ids import ids_in, traceparent_in
from chassis.observability import tracing
from chassis.observability.metrics import OUTBOX_PUBLISHED, RELAY_ACTIVE
from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.outbox import OutboxRow
from events.catalogue import BY_TYPE
from events.envelope import MAX_BYTES, STRUCTURED

log = structlog.get_logger()

#: A relay that doesn't renew its lease for so long is replaced.
LEASE_SECONDS = 3.0
RENEW_SECONDS = 1.0
STAND_BY_SECONDS = 0.5
#: A row whose confirm doesn't come by then is published again.
CONFIRM_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 60.0
#: A row that can't be published for so long is parked. A deploy may be under way, so it is not parked at once.
GIVE_UP_SECONDS = 600.0
#: How long the relay rests after a batch for each of its rows: the more comes, the more leaves together, which costs
#: less here and behind. A lone one hardly waits; where nothing comes at all, the rests grow.
REST_SECONDS_A_ROW = 0.002
LONGEST_REST_AFTER_ROWS_SECONDS = 0.03
LONGEST_REST_SECONDS = 0.1
REST_GROWTH = 1.2


class LeaseLost(Exception):
    """Another relay is active now."""


class Relay:
    """Empties one service's outbox into the broker."""

    def __init__(
        self, service: str, *, outbox: LeasedOutbox, publisher: Publisher, batch: int, housekeeping: Housekeeping
    ) -> None:
        self._service = service
        self._outbox = outbox
        self._publisher = publisher
        self._batch = batch
        self._housekeeping = housekeeping
        self._renewed_at = float("-inf")
        self._active = False
        self._untold: list[OutboxRow] = []
        RELAY_ACTIVE.labels(service).set(0)

    @property
    def is_active(self) -> bool:
        """True while this relay holds the lease, as far as it knows."""
        return self._active

    def run(self, stop: threading.Event) -> None:
        """Publish until told to stop; then give the lease back."""
        rests = _rests(1)
        while not stop.is_set():
            try:
                if rows := self._turn():
                    rests = _rests(rows)
                # Where a batch is full more waits; else what comes within a moment goes along with the next.
                if rows < self._batch:
                    stop.wait(next(rests) if self._active else STAND_BY_SECONDS)
            except LeaseLost:
                self._set_active(active=False)
            except (Transient, BrokerUnavailable) as error:
                self._tell()
                log.warning("relay.waiting", error=f"{type(error).__name__}: {error}")
                stop.wait(STAND_BY_SECONDS)
        self._tell()
        self._release()

    def _turn(self) -> int:
        """Publish one batch, if it is our turn, and tell how many rows it had."""
        if not self._publisher.ready:
            # Nobody is served by a lease whose holder can't publish.
            self._release()
            raise BrokerUnavailable("no connection to the broker")
        if not self._hold():
            return 0
        rows = self._outbox.waiting(self._batch)
        if rows:
            self._settle(rows, self._publish(rows))
        if len(rows) < self._batch:
            self._tell()
        self._housekeeping.turn()
        return len(rows)

    def _publish(self, rows: list[OutboxRow]) -> dict[int, Fate]:
        sendable = [row for row in rows if not _too_large(row)]
        began_ns = time_ns()
        confirms = self._publisher.send([self._message(row) for row in sendable])
        # While the broker is at work with these.
        self._tell()
        self._wait(confirms)
        if tracing.is_on():
            for row, fate in zip(sendable, confirms.fates, strict=True):
                error = None if fate is Fate.CONFIRMED else fate.value
                spans.sent(row.event_id, row.type, traceparent_in(row.body), began_ns, error)
        return dict(zip((row.position for row in sendable), confirms.fates, strict=True))

    def _wait(self, confirms: Confirms) -> None:
        deadline = monotonic() + CONFIRM_SECONDS
        while not confirms.wait(RENEW_SECONDS) and monotonic() < deadline:
            if not self._hold():
                raise LeaseLost

    def _settle(self, rows: list[OutboxRow], fates: dict[int, Fate]) -> None:
        confirmed = [row.position for row in rows if fates.get(row.position) is Fate.CONFIRMED]
        failed = [row for row in rows if fates.get(row.position, Fate.REFUSED) in FAILED]
        hopeless = [row for row in failed if _too_large(row) or row.failing_seconds >= GIVE_UP_SECONDS]
        patient = [row for row in failed if row not in hopeless]
        held = self._outbox.settle(
            confirmed,
            postponed=[(row, _pause(row), fates[row.position].value) for row in patient],
            parked=[(row, _parting_reason(row, fates)) for row in hopeless],
        )
        if not held:
            raise LeaseLost
        OUTBOX_PUBLISHED.inc(len(confirmed))
        gone = set(confirmed)
        self._untold += [row for row in rows if row.position in gone]
        for row in failed:
            what = "outbox.parked" if row in hopeless else "outbox.postponed"
            reason = _parting_reason(row, fates)
            log.warning(what, event_id=row.event_id, type=row.type, reason=reason, **ids_in(row.body))

    def _tell(self) -> None:
        """Log what has left; of a full batch while the next is on its way."""
        untold, self._untold = self._untold, []
        for row in untold:
            log.info("event.published", event_id=row.event_id, type=row.type, **ids_in(row.body))

    def _message(self, row: OutboxRow) -> Message:
        known = BY_TYPE.get(row.type)
        return Message(
            exchange=EXCHANGE,
            routing_key=row.type,
            body=row.body,
            message_id=row.event_id,
            # Only where a service of ours listens: the others would come back as unroutable.
            mandatory=bool(known and known.listeners),
            type=row.type,
            app_id=self._service,
            content_type=STRUCTURED,
            time=row.time,
        )

    def _hold(self) -> bool:
        """True while this relay is the active one; asks the database once a second at most."""
        if self._active and monotonic() - self._renewed_at < RENEW_SECONDS:
            return True
        asked_at = monotonic()
        self._set_active(active=self._outbox.hold())
        self._renewed_at = asked_at
        return self._active

    def _set_active(self, *, active: bool) -> None:
        if active != self._active:
            log.info("relay.active" if active else "relay.standing_by")
        self._active = active
        RELAY_ACTIVE.labels(self._service).set(active)

    def _release(self) -> None:
        if not self._active:
            return
        self._set_active(active=False)
        try:
            self._outbox.release()
        except Transient as error:
            # It runs out by itself.
            log.warning("relay.lease_not_released", error=str(error))


#: Fates of rows that can't be had as they are; what is UNKNOWN stays, and is sent again at once.
FAILED = {Fate.UNROUTABLE, Fate.REFUSED}


def _too_large(row: OutboxRow) -> bool:
    return len(row.body) > MAX_BYTES


def _parting_reason(row: OutboxRow, fates: dict[int, Fate]) -> str:
    return f"too large: {len(row.body)} bytes" if _too_large(row) else fates[row.position].value


def _pause(row: OutboxRow) -> float:
    return min(FIRST_PAUSE_SECONDS * 2.0**row.attempts, LONGEST_PAUSE_SECONDS)


def _rests(rows: int) -> Iterator[float]:
    rest = min(rows * REST_SECONDS_A_ROW, LONGEST_REST_AFTER_ROWS_SECONDS)
    while True:
        yield rest
        rest = min(rest * REST_GROWTH, LONGEST_REST_SECONDS)
