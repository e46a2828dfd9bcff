"""The worker: what waits in the queue takes effect in the store, each event once.

It takes the deliveries that wait into one transaction, commits, then acks them with one frame. A crash before the
ack brings them again, and the inbox turns them away. Where one fails, the batch is rolled back and taken one by
one, so that it costs only itself.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import structlog

from broker.confirms import Fate
from broker.consumer import Consumer
from broker.delivery import Delivery
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.publisher import Publisher
from broker.retry import dead_letter, retry_message
from broker.topology import RETRY_DELAYS_SECONDS
from chassis.errors import StoreUnavailable
from chassis.messaging.handling import handle_once
from chassis.messaging.subscription import Subscriptions
from chassis.observability.metrics import DEAD_LETTERS, DELIVERIES, EVENT_AGE_SECONDS
from chassis.store.store import Store
from events.catalogue import BY_TYPE
from events.decode import decode
from events.envelope import Envelope
from events.errors import UnreadableEvent
from events.event import Event

log = structlog.get_logger()

TAKE_SECONDS = 0.5
#: A retry or dead letter that is not confirmed by then is published again; until then nothing is acked.
CONFIRM_SECONDS = 10.0
PUT_ASIDE_AGAIN_SECONDS = 1.0


class Outcome(Enum):
    """What is decided of a delivery."""

    ACK = "ack"
    RETRY = "retry"
    DEAD_LETTER = "dead_letter"


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
        self._publisher = publisher
        self._batch = batch
        self._retry_delays = retry_delays_seconds

    def run(self, stop: threading.Event) -> None:
        """Handle deliveries until told to stop; then finish and ack what is in hand."""
        while not stop.is_set():
            if deliveries := self._consumer.take(self._batch, TAKE_SECONDS):
                self.handle(deliveries, stop)

    def handle(self, deliveries: list[Delivery], stop: threading.Event) -> None:
        """Let these deliveries take effect, and ack them."""
        readable, failed = self._read(deliveries)
        failed += self._attempt(readable)
        if self._put_aside(failed, deliveries[-1], stop):
            self._consumer.ack(deliveries[-1])
            self._count(readable, failed)

    def _read(self, deliveries: list[Delivery]) -> tuple[list["Readable"], list["Failure"]]:
        readable: list[Readable] = []
        failed: list[Failure] = []
        now = datetime.now(UTC)
        for delivery in deliveries:
            try:
                readable.append((delivery, _envelope(delivery, now)))
            except Exception as error:  # noqa: BLE001 - a delivery ends here; `_aside` logs it
                failed.append((delivery, error))
        return readable, failed

    def _attempt(self, readable: Sequence["Readable"]) -> list["Failure"]:
        if not readable:
            return []
        try:
            handle_once(self._store, self._subscriptions, [envelope for _, envelope in readable])
        except StoreUnavailable as error:
            return [(delivery, error) for delivery, _ in readable]
        except Exception as error:  # noqa: BLE001 - a unit of work ends here; `_aside` logs it
            if len(readable) == 1:
                return [(readable[0][0], error)]
            log.info("batch.taken_one_by_one", size=len(readable), error=type(error).__name__)
            return [failure for one in readable for failure in self._attempt([one])]
        return []

    def _put_aside(self, failed: list["Failure"], last: Delivery, stop: threading.Event) -> bool:
        """Publish the failed ones to where they wait; True once the broker has taken responsibility for all.

        False when told to stop, or when the deliveries are not ours any more. Until then nothing else is handled: an
        ack for what comes later would settle these too.
        """
        messages = [self._aside(delivery, error) for delivery, error in failed]
        while messages:
            messages = self._not_confirmed(messages)
            if messages and (stop.wait(PUT_ASIDE_AGAIN_SECONDS) or not self._consumer.holds(last)):
                return False
        return True

    def _not_confirmed(self, messages: list[Message]) -> list[Message]:
        try:
            fates = self._publisher.publish(messages, CONFIRM_SECONDS)
        except BrokerUnavailable:
            return messages
        return [message for message, fate in zip(messages, fates, strict=True) if fate is not Fate.CONFIRMED]

    def _aside(self, delivery: Delivery, error: BaseException) -> Message:
        hopeless = self._outcome(error) is Outcome.DEAD_LETTER
        # While the database is away no message is at fault: none is given up for it.
        endless = isinstance(error, StoreUnavailable)
        retry = None if hopeless else retry_message(self._service, delivery, self._retry_delays, endless=endless)
        message = retry or dead_letter(self._service, delivery, error, datetime.now(UTC))
        log.warning(
            "delivery.failed",
            outcome=(Outcome.RETRY if retry else Outcome.DEAD_LETTER).value,
            attempt=delivery.attempt,
            type=delivery.original_routing_key,
            message_id=delivery.properties.message_id,
            error=type(error).__name__,
            # Of others it may name what is personal.
            reason=str(error)[:200] if isinstance(error, UnreadableEvent) else None,
            exc_info=None if isinstance(error, UnreadableEvent | StoreUnavailable) else error,
        )
        if not retry:
            DEAD_LETTERS.labels(self._service, type(error).__name__).inc()
        return message

    def _outcome(self, error: BaseException) -> Outcome:
        hopeless: tuple[type[BaseException], ...] = (UnreadableEvent, *self._subscriptions.hopeless)
        return Outcome.DEAD_LETTER if isinstance(error, hopeless) else Outcome.RETRY

    def _count(self, readable: list["Readable"], failed: list["Failure"]) -> None:
        now = datetime.now(UTC)
        without_effect = {id(delivery) for delivery, _ in failed}
        handled = [envelope for delivery, envelope in readable if id(delivery) not in without_effect]
        for event_type, number in Counter(envelope.type for envelope in handled).items():
            DELIVERIES.labels(self._service, event_type, Outcome.ACK.value).inc(number)
        for envelope in handled:
            EVENT_AGE_SECONDS.observe(max(0.0, (now - envelope.time).total_seconds()))
        for delivery, error in failed:
            DELIVERIES.labels(self._service, _known_type(delivery), self._outcome(error).value).inc()


Readable = tuple[Delivery, Envelope[Event]]
Failure = tuple[Delivery, BaseException]


def _known_type(delivery: Delivery) -> str:
    # Anybody may make up routing keys; a label must not grow with them.
    return delivery.original_routing_key if delivery.original_routing_key in BY_TYPE else "unknown"


def _envelope(delivery: Delivery, now: datetime) -> Envelope[Event]:
    return decode(
        delivery.body,
        content_type=delivery.properties.content_type,
        headers=delivery.headers,
        routing_key=delivery.original_routing_key,
        now=now,
    )
