"""The worker: what waits in the queue takes effect in the store, each event once.

It takes the deliveries that wait into one transaction, commits, then acks them with one frame. A crash before the
ack brings them again, and the inbox turns them away. Where one fails, the batch is rolled back and taken one by
one, so that it costs only itself. What comes again unasked may have killed a worker, and is taken alone.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import structlog

from broker.consumer import Consumer
from broker.delivery import Delivery
from broker.headers import REPLAYED_BY
from broker.publisher import Publisher
from broker.topology import RETRY_DELAYS_SECONDS
from chassis.errors import StoreUnavailable, Transient
from chassis.messaging import spans
from chassis.messaging.aside import Aside, Failure, Outcome
from chassis.messaging.handling import handle_once
from chassis.messaging.ids import ids_of
from chassis.messaging.subscription import Subscriptions
from chassis.messaging.suspects import KilledItsWorker, Suspects
from chassis.observability.metrics import (
    DELIVERIES,
    DUPLICATES,
    EVENT_AGE_SECONDS,
    HANDLING_SECONDS,
)
from chassis.store.store import Store
from events.decode import decode
from events.envelope import Envelope
from events.event import Event

log = structlog.get_logger()

TAKE_SECONDS = 0.5

Readable = tuple[Delivery, Envelope[Event]]


class Worker:
    """Handles the deliveries of one service's queue."""

    def __init__(
        self,
        service: str,
        *,
        store: Store[Any],
        subscriptions: Subscriptions,
        consumer: Consumer,
        publisher: Publisher,
        batch: int,
        retry_delays_seconds: tuple[int, ...] = RETRY_DELAYS_SECONDS,
    ) -> None:
        self._service = service
        self._store = store
        self._subscriptions = subscriptions
        self._consumer = consumer
        self._batch = batch
        self._suspects = Suspects(store)
        self._aside = Aside(
            service,
            publisher=publisher,
            retry_delays_seconds=retry_delays_seconds,
            hopeless=subscriptions.hopeless,
        )
        # A counter that begins at 1 has no increase to be seen.
        DUPLICATES.labels(service)
        for event_type in subscriptions.types():
            DELIVERIES.labels(service, event_type, Outcome.ACK.value)

    def run(self, stop: threading.Event) -> None:
        """Handle deliveries until told to stop; then finish and ack what is in hand."""
        while not stop.is_set():
            if deliveries := self._consumer.take(self._batch, TAKE_SECONDS):
                self.handle(deliveries, stop)

    def handle(self, deliveries: list[Delivery], stop: threading.Event) -> None:
        """Let these deliveries take effect, and ack them; suspects each alone."""
        for group in _groups(deliveries):
            settled = self._alone(group[0], stop) if group[0].is_suspect else self._together(group, stop)
            if not settled:
                # An ack for what comes later would settle these too.
                return

    def _together(self, deliveries: list[Delivery], stop: threading.Event) -> bool:
        readable, failed = self._read(deliveries)
        return self._settle(readable, failed + self._attempt(readable), deliveries[-1], stop)

    def _alone(self, suspect: Delivery, stop: threading.Event) -> bool:
        if suspect.is_replayed:
            log.info("delivery.replayed", message_id=suspect.properties.message_id, by=suspect.headers[REPLAYED_BY])
        try:
            self._suspects.begin(suspect)
        except KilledItsWorker as error:
            settled = self._settle([], [Failure(suspect, error)], suspect, stop)
            if settled:
                self._suspects.end(suspect)
            return settled
        except Transient as error:
            # What is noted against it stays.
            return self._settle([], [Failure(suspect, error)], suspect, stop)
        readable, failed = self._read([suspect])
        failed += self._attempt(readable)
        self._suspects.end(suspect)
        return self._settle(readable, failed, suspect, stop)

    def _settle(self, readable: list[Readable], failed: list[Failure], last: Delivery, stop: threading.Event) -> bool:
        if not self._aside.put(failed, lambda: self._consumer.holds(last), stop):
            return False
        self._consumer.ack(last)
        self._count(readable, failed)
        return True

    def _read(self, deliveries: list[Delivery]) -> tuple[list[Readable], list[Failure]]:
        readable: list[Readable] = []
        failed: list[Failure] = []
        now = datetime.now(UTC)
        for delivery in deliveries:
            try:
                readable.append((delivery, _envelope(delivery, now)))
            except Exception as error:  # noqa: BLE001 - a delivery ends here; `Aside` logs it
                failed.append(Failure(delivery, error))
        return readable, failed

    def _attempt(self, readable: Sequence[Readable]) -> list[Failure]:
        if not readable:
            return []
        try:
            with HANDLING_SECONDS.labels(self._service).time(), spans.processing(self._service, readable):
                again = handle_once(self._store, self._subscriptions, [envelope for _, envelope in readable])
            DUPLICATES.labels(self._service).inc(again)
        except StoreUnavailable as error:
            return [Failure(delivery, error, envelope) for delivery, envelope in readable]
        except Exception as error:  # noqa: BLE001 - a unit of work ends here; `Aside` logs it
            if len(readable) == 1:
                return [Failure(readable[0][0], error, readable[0][1])]
            log.info("batch.taken_one_by_one", size=len(readable), error=type(error).__name__)
            return [failure for one in readable for failure in self._attempt([one])]
        return []

    def _count(self, readable: list[Readable], failed: list[Failure]) -> None:
        now = datetime.now(UTC)
        without_effect = {id(failure.delivery) for failure in failed}
        handled = [envelope for delivery, envelope in readable if id(delivery) not in without_effect]
        for event_type, number in Counter(envelope.type for envelope in handled).items():
            DELIVERIES.labels(self._service, event_type, Outcome.ACK.value).inc(number)
        for envelope in handled:
            log.info("event.handled", **ids_of(envelope))
            EVENT_AGE_SECONDS.observe(max(0.0, (now - envelope.time).total_seconds()))


def _groups(deliveries: list[Delivery]) -> Iterator[list[Delivery]]:
    """In the same order: suspects each alone, what lies between them together."""
    for suspects, group in groupby(deliveries, key=lambda delivery: delivery.is_suspect):
        if suspects:
            yield from ([suspect] for suspect in group)
        else:
            yield list(group)


def _envelope(delivery: Delivery, now: datetime) -> Envelope[Event]:
    return decode(
        delivery.body,
        content_type=delivery.properties.content_type,
        headers=delivery.headers,
        routing_key=delivery.original_routing_key,
        now=now,
    )
