"""What failed is put aside: where it waits for its next attempt, or with the dead letters."""

import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import structlog

from broker.confirms import Fate
from broker.delivery import Delivery
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.publisher import Publisher
from broker.retry import dead_letter, retry_message
from chassis.errors import Collision, StoreUnavailable
from chassis.messaging.ids import ids_of
from chassis.messaging.suspects import KilledItsWorker
from chassis.observability.metrics import DEAD_LETTERS, DELIVERIES, RETRIES
from events.catalogue import BY_TYPE
from events.envelope import Envelope
from events.errors import UnreadableEvent
from events.event import Event

log = structlog.get_logger()

#: A retry or dead letter that is not confirmed by then is published again; until then nothing is acked.
CONFIRM_SECONDS = 10.0
AGAIN_SECONDS = 1.0
ROOT = Path(__file__).parents[2]

#: Errors that say all there is to say: where they were raised adds nothing.
UNDERSTOOD = (UnreadableEvent, StoreUnavailable, Collision, KilledItsWorker)


@dataclass(frozen=True)
class Failure:
    """A delivery that could not be handled, why, and its event if it could be read."""

    delivery: Delivery
    error: BaseException
    envelope: Envelope[Event] | None = None


class Outcome(Enum):
    """What is decided of a delivery."""

    ACK = "ack"
    RETRY = "retry"
    DEAD_LETTER = "dead_letter"


class Aside:
    """Puts one service's failed deliveries aside."""

    def __init__(
        self,
        service: str,
        *,
        publisher: Publisher,
        retry_delays_seconds: tuple[int, ...],
        hopeless: tuple[type[Exception], ...],
    ) -> None:
        self._service = service
        self._publisher = publisher
        self._delays = retry_delays_seconds
        RETRIES.labels(service, StoreUnavailable.__name__)
        self._hopeless = (UnreadableEvent, KilledItsWorker, *hopeless)

    def outcome(self, error: BaseException) -> Outcome:
        """What an error leads to, as long as attempts are left."""
        return Outcome.DEAD_LETTER if isinstance(error, self._hopeless) else Outcome.RETRY

    def put(self, failed: list[Failure], held: Callable[[], bool], stop: threading.Event) -> bool:
        """Publish the failed ones to where they wait; True once the broker has taken responsibility for all.

        False when told to stop, or when the deliveries are not ours any more. Until then nothing else is handled: an
        ack for what comes later would settle these too.
        """
        decided = [self._decide(failure) for failure in failed]
        messages = [message for _, message in decided]
        while messages:
            messages = self._not_confirmed(messages)
            if messages and (stop.wait(AGAIN_SECONDS) or not held()):
                return False
        for failure, (outcome, _) in zip(failed, decided, strict=True):
            self._count(failure, outcome)
        return True

    def _not_confirmed(self, messages: list[Message]) -> list[Message]:
        try:
            fates = self._publisher.publish(messages, CONFIRM_SECONDS)
        except BrokerUnavailable:
            return messages
        return [message for message, fate in zip(messages, fates, strict=True) if fate is not Fate.CONFIRMED]

    def _decide(self, failure: Failure) -> tuple[Outcome, Message]:
        delivery, error = failure.delivery, failure.error
        hopeless = self.outcome(error) is Outcome.DEAD_LETTER
        # While the database is away, or others are in the way, no message is at fault: none is given up for it.
        endless = isinstance(error, StoreUnavailable | Collision)
        retry = None if hopeless else retry_message(self._service, delivery, self._delays, endless=endless)
        outcome = Outcome.RETRY if retry else Outcome.DEAD_LETTER
        _log(failure, outcome)
        return outcome, retry or self._dead_letter(delivery, error)

    def _count(self, failure: Failure, outcome: Outcome) -> None:
        reasons = DEAD_LETTERS if outcome is Outcome.DEAD_LETTER else RETRIES
        reasons.labels(self._service, type(failure.error).__name__).inc()
        DELIVERIES.labels(self._service, _known_type(failure.delivery), outcome.value).inc()

    def _dead_letter(self, delivery: Delivery, error: BaseException) -> Message:
        attempts = error.times if isinstance(error, KilledItsWorker) else delivery.attempt
        return dead_letter(
            self._service, delivery, error, failed_at=datetime.now(UTC), raised_at=_place(error), attempts=attempts
        )


def _log(failure: Failure, outcome: Outcome) -> None:
    delivery, error = failure.delivery, failure.error
    known = ids_of(failure.envelope) if failure.envelope else {"type": delivery.original_routing_key}
    log.warning(
        "delivery.failed",
        outcome=outcome.value,
        attempt=delivery.attempt,
        message_id=delivery.properties.message_id,
        **known,
        error=type(error).__name__,
        # Of others it may name what is personal.
        reason=str(error)[:200] if isinstance(error, UnreadableEvent | KilledItsWorker) else None,
        exc_info=None if isinstance(error, UNDERSTOOD) else error,
    )


def _known_type(delivery: Delivery) -> str:
    # Anybody may make up routing keys; a label must not grow with them.
    return delivery.original_routing_key if delivery.original_routing_key in BY_TYPE else "unknown"


def _place(error: BaseException) -> str | None:
    """Where it was raised, as the last entry of its traceback tells."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return None
    last = frames[-1]
    file = Path(last.filename)
    shown = file.relative_to(ROOT) if file.is_relative_to(ROOT) else Path(*file.parts[-3:])
    return f"{shown}:{last.lineno} in {last.name}"
