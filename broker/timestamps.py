"""AMQP timestamps that are none: other clients write milliseconds where seconds are meant.

Pika raises while it reads such a header, which ends the connection, and again on every redelivery: one message would
stop the queue for ever.
"""

import struct
from typing import Any

from pika import data

_read = data.decode_value


def tolerate_any() -> None:
    """Let pika read a timestamp that is no date as a plain number; may be called again."""
    data.decode_value = _decode_value


def _decode_value(encoded: bytes, offset: int) -> tuple[Any, int]:
    try:
        value, after = _read(encoded, offset)
    except (ValueError, OverflowError, OSError):
        if encoded[offset : offset + 1] != b"T":
            raise
        return struct.unpack_from(">Q", encoded, offset + 1)[0], offset + 9
    return value, after
