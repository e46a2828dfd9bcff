"""The headers that we put on messages."""

from collections.abc import Mapping
from typing import Any

#: How many attempts have failed.
ATTEMPTS = "x-attempts"
#: The key under which a message was first published; a retry or a replay goes to its queue by name.
ORIGINAL_ROUTING_KEY = "x-original-routing-key"
DEAD_LETTER_ID = "x-dead-letter-id"
ERROR = "x-error"
ERROR_TYPE = "x-error-type"
#: File, line and function that raised it.
ERROR_AT = "x-error-at"
FAILED_AT = "x-failed-at"
REPLAYED_BY = "x-replayed-by"
REPLAYED_AT = "x-replayed-at"
#: Stands for all headers of a message that could not be read.
UNREADABLE = "x-headers-unreadable"

#: Of one replay; what is retried after it is not replayed again.
OF_THE_REPLAY = {REPLAYED_BY, REPLAYED_AT}

#: What a dead letter says of its failure; a replay begins anew.
OF_THE_FAILURE = {ATTEMPTS, DEAD_LETTER_ID, ERROR, ERROR_TYPE, ERROR_AT, FAILED_AT}

#: What the broker notes. Carried on, it would look like a message that goes round in circles, which a broker drops
#: without a word.
BROKERS_OWN = ("x-death", "x-first-death-", "x-last-death-", "x-delivery-count", "x-acquired-count")
#: RabbitMQ sends a copy to each queue that these name.
MORE_ADDRESSES = {"CC", "BCC"}

MAX_SHORT_BYTES = 255


def routing_key_in(headers: Mapping[Any, Any]) -> str | None:
    """The original routing key, if it is one."""
    found: Any = headers.get(ORIGINAL_ROUTING_KEY)
    return found if is_short(found) else None


def is_short(value: object) -> bool:
    """True for what AMQP takes as a short string: text of at most 255 bytes."""
    try:
        return isinstance(value, str) and 0 < len(value.encode()) <= MAX_SHORT_BYTES
    except UnicodeEncodeError:
        return False
