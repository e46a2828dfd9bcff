"""Exchange, queues and bindings, derived from the catalogue.

For each service: its quorum queue ``<service>``, bound to just the types it handles; ``<service>.retry.<delay>``,
which nobody reads and whose messages go back to that one queue when their time is over; ``<service>.dead``.
"""

from dataclasses import dataclass, field
from typing import Any

from events.catalogue import types_for

EXCHANGE = "events"
#: The pauses before the second, third, … attempt, in seconds.
RETRY_DELAYS_SECONDS = (1, 5, 30, 120, 600)
#: How often the broker itself gives a message again before it takes it for a killer. The last resort.
DELIVERY_LIMIT = 50


@dataclass(frozen=True)
class Queue:
    """A durable queue with its arguments and the routing keys of ``events`` that it is bound to."""

    name: str
    arguments: dict[str, Any]
    routing_keys: tuple[str, ...] = field(default=())


def retry_queue(service: str, delay_seconds: int) -> str:
    """The name of the queue in which a message of this service waits for so long."""
    minutes, seconds = divmod(delay_seconds, 60)
    return f"{service}.retry.{minutes}m" if minutes and not seconds else f"{service}.retry.{delay_seconds}s"


def dead_queue(service: str) -> str:
    """The name of the queue that keeps what this service could not handle."""
    return f"{service}.dead"


def queues(service: str, retry_delays: tuple[int, ...] = RETRY_DELAYS_SECONDS) -> tuple[Queue, ...]:
    """All queues of one service."""
    return (
        # Classic: a quorum queue counts the looks that an operator takes, and drops what was looked at often.
        Queue(dead_queue(service), {"x-queue-type": "classic"}),
        *(Queue(retry_queue(service, delay), _retry_arguments(service, delay)) for delay in retry_delays),
        Queue(service, _main_arguments(service), types_for(service)),
    )


def _main_arguments(service: str) -> dict[str, Any]:
    return {"x-delivery-limit": DELIVERY_LIMIT, **_hands_on_to(dead_queue(service))}


def _retry_arguments(service: str, delay_seconds: int) -> dict[str, Any]:
    return {"x-message-ttl": delay_seconds * 1000, **_hands_on_to(service)}


def _hands_on_to(queue: str) -> dict[str, Any]:
    # Dead-lettering by the broker loses messages unless strategy and overflow are these two.
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
