"""The x- arguments of a queue: known ones are checked as RabbitMQ does, unknown ones are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from broker.embedded.errors import ChannelRefused, NotImplementedHere

#: Milliseconds; RabbitMQ's own limit for a time to live: a hundred years.
LONGEST_TTL = 100 * 365 * 24 * 60 * 60 * 1000


@dataclass(frozen=True, slots=True)
class QueueOptions:
    """What a queue's arguments ask for."""

    quorum: bool = False
    delivery_limit: int | None = None
    dead_letter_exchange: str | None = None
    dead_letter_routing_key: str | None = None
    at_least_once: bool = False
    message_ttl: int | None = None
    max_length: int | None = None
    reject_publish: bool = False


def read_arguments(queue: str, arguments: Mapping[str, Any]) -> QueueOptions:
    """The options of a queue, or a refusal that names the argument."""
    for name, value in arguments.items():
        _check(queue, name, value)
    options = _options(arguments)
    if not options.quorum:
        _refuse_quorum_only(queue, arguments)
    if options.dead_letter_routing_key is not None and options.dead_letter_exchange is None:
        raise _invalid(queue, "x-dead-letter-routing-key", "routing_key_but_no_dlx_defined")
    return options


def _options(arguments: Mapping[str, Any]) -> QueueOptions:
    get = arguments.get
    quorum = get("x-queue-type") == "quorum"
    reject_publish = get("x-overflow") == "reject-publish"
    return QueueOptions(
        quorum=quorum,
        delivery_limit=get("x-delivery-limit"),
        dead_letter_exchange=get("x-dead-letter-exchange"),
        dead_letter_routing_key=get("x-dead-letter-routing-key"),
        # Without reject-publish RabbitMQ falls back to at-most-once, and so do we.
        at_least_once=get("x-dead-letter-strategy") == "at-least-once" and reject_publish,
        message_ttl=get("x-message-ttl"),
        max_length=get("x-max-length"),
        reject_publish=reject_publish,
    )


def _check(queue: str, name: str, value: Any) -> None:
    if name not in _CHECKS:
        raise NotImplementedHere(f"argument '{name}' of queue '{queue}'")
    complaint = _CHECKS[name](value)
    if complaint:
        raise _invalid(queue, name, complaint)


def _refuse_quorum_only(queue: str, arguments: Mapping[str, Any]) -> None:
    for name in ("x-delivery-limit", "x-dead-letter-strategy"):
        if name in arguments:
            raise _invalid(queue, name, "of queue type rabbit_classic_queue")


def _invalid(queue: str, name: str, complaint: str) -> ChannelRefused:
    return ChannelRefused(406, f"invalid arg '{name}' for queue '{queue}' in vhost '/': {complaint}")


def _count(value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"expected integer, got {type(value).__name__}"
    return f"value_negative, {value}" if value < 0 else None


def _ttl(value: Any) -> str | None:
    return _count(value) or (f"value_too_large, {value}" if value > LONGEST_TTL else None)


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else f"unacceptable_type, {type(value).__name__}"


def _one_of(*allowed: str) -> Callable[[Any], str | None]:
    return lambda value: None if value in allowed else f"unsupported value {value!r}"


_CHECKS: dict[str, Callable[[Any], str | None]] = {
    "x-queue-type": _one_of("classic", "quorum"),
    "x-delivery-limit": _count,
    "x-dead-letter-exchange": _text,
    "x-dead-letter-routing-key": _text,
    "x-dead-letter-strategy": _one_of("at-most-once", "at-least-once"),
    "x-message-ttl": _ttl,
    "x-overflow": _one_of("drop-head", "reject-publish"),
    "x-max-length": _count,
}
