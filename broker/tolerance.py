"""Headers that pika can't read, of clients that write what AMQP doesn't mean, or mean harm.

Pika raises while it reads such a header, which ends the connection, and again on every redelivery: one message would
stop the queue for ever.
"""

import struct
import threading
from typing import Any

from pika import data

from broker.headers import UNREADABLE

#: Deeper than anybody means it; far deeper, Python itself would give up.
MAX_NESTING = 30
LENGTH_BYTES = 4

_read_value = data.decode_value
_read_table = data.decode_table
_nesting = threading.local()


class NestedTooDeeply(ValueError):
    """A header in a header in a header, and so on."""


def tolerate_any() -> None:
    """Let pika read a timestamp that is no date as a plain number, and headers that can't be read as a note of that.

    May be called again.
    """
    data.decode_value = _decode_value
    data.decode_table = _decode_table


def _decode_table(encoded: bytes, offset: int) -> tuple[Any, int]:
    if _depth():
        return _read_table(encoded, offset)
    try:
        return _read_table(encoded, offset)
    except Exception as error:  # noqa: BLE001 - whatever is in there, its length says where it ends
        (length,) = struct.unpack_from(">I", encoded, offset)
        return {UNREADABLE: type(error).__name__}, offset + LENGTH_BYTES + length


def _decode_value(encoded: bytes, offset: int) -> tuple[Any, int]:
    depth = _depth()
    if depth >= MAX_NESTING:
        raise NestedTooDeeply
    _nesting.depth = depth + 1
    try:
        return _read_value(encoded, offset)
    except (ValueError, OverflowError, OSError):
        if encoded[offset : offset + 1] != b"T":
            raise
        return struct.unpack_from(">Q", encoded, offset + 1)[0], offset + 9
    finally:
        _nesting.depth = depth


def _depth() -> int:
    return getattr(_nesting, "depth", 0)
