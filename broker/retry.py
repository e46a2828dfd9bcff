"""Where a message goes that could not be handled: back after a pause, or to the dead letters."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

import pika

from broker import headers as names
from broker.delivery import Delivery
from broker.message import Message
from broker.topology import dead_queue, retry_queue

MAX_ERROR_CHARACTERS = 500
#: A broker takes no larger headers than fit in a frame; ours come on top.
MAX_HEADER_BYTES = 1 << 16
HEADERS_DROPPED = "x-headers-dropped"


def retry_message(
    service: str, delivery: Delivery, delays_seconds: tuple[int, ...], *, endless: bool = False
) -> Message | None:
    """The message for the retry queue of this attempt; None when no attempt is left.

    With ``endless`` the longest pause is repeated for ever.
    """
    if delivery.attempt > len(delays_seconds) and not endless:
        return None
    step = min(delivery.attempt, len(delays_seconds))
    return _copy(delivery, retry_queue(service, delays_seconds[step - 1]), {})


def dead_letter(
    service: str,
    delivery: Delivery,
    error: BaseException,
    *,
    failed_at: datetime,
    raised_at: str | None = None,
    attempts: int | None = None,
) -> Message:
    """The message for the dead letters: the same bytes, with the reason in its headers."""
    why = " ".join(str(error).split())[:MAX_ERROR_CHARACTERS]
    headers = {
        names.DEAD_LETTER_ID: str(uuid4()),
        names.ERROR: why or type(error).__name__,
        names.ERROR_TYPE: type(error).__name__,
        names.FAILED_AT: failed_at.isoformat().replace("+00:00", "Z"),
        names.ATTEMPTS: attempts or delivery.attempt,
    }
    if raised_at:
        headers[names.ERROR_AT] = raised_at
    return _copy(delivery, dead_queue(service), headers)


def _copy(delivery: Delivery, queue: str, headers: dict[str, Any]) -> Message:
    properties = delivery.properties
    return Message(
        exchange="",
        routing_key=queue,
        body=delivery.body,
        message_id=properties.message_id or str(uuid4()),
        mandatory=True,
        type=properties.type,
        app_id=properties.app_id,
        content_type=properties.content_type,
        headers={
            **_without(names.OF_THE_REPLAY, carried_on(delivery.headers)),
            names.ATTEMPTS: delivery.attempt,
            names.ORIGINAL_ROUTING_KEY: delivery.original_routing_key,
            **headers,
        },
    )


def _without(some: set[str], headers: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in headers.items() if name not in some}


def carried_on(headers: Mapping[Any, Any]) -> dict[str, Any]:
    """The headers that a copy of a message may keep."""
    # A name that is no text, a value that pika reads but can't write: better without than never put aside.
    carried = {
        name: value
        for name, value in headers.items()
        if isinstance(name, str) and not name.startswith(names.BROKERS_OWN) and name not in names.MORE_ADDRESSES
    }
    return carried if _fit(carried) else {HEADERS_DROPPED: "too large, or can't be written again"}


def _fit(headers: dict[str, Any]) -> bool:
    try:
        return sum(map(len, pika.BasicProperties(headers=headers).encode())) <= MAX_HEADER_BYTES
    except Exception:  # noqa: BLE001 - whatever pika says: it can't be written
        return False
