"""Frames of AMQP 0-9-1: bytes in, whole frames out, and back; pika's codec does the methods."""
# mypy: allow-untyped-calls

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple

from pika import exceptions, frame, spec

from broker.embedded.errors import ConnectionRefused, NotImplementedHere

METHOD, HEADER, BODY, HEARTBEAT = spec.FRAME_METHOD, spec.FRAME_HEADER, spec.FRAME_BODY, spec.FRAME_HEARTBEAT
FRAME_MAX = 131072
#: The smallest frame_max that the protocol allows.
FRAME_MIN = 4096
#: Bytes of a frame that are not its payload: type, channel, size before it, the end mark behind it.
OVERHEAD = 8
FRAME_END = 0xCE
HEARTBEAT_FRAME = frame.Heartbeat().marshal()
_HEAD = struct.Struct(">BHI")

#: All that pika's decoder raises on bytes that are not what they claim to be.
UNDECODABLE = (
    struct.error,
    LookupError,
    ValueError,
    TypeError,
    ArithmeticError,
    OSError,
    RecursionError,
    exceptions.AMQPError,
)


class Frame(NamedTuple):
    """One frame as it came: its kind, its channel, its bytes."""

    kind: int
    channel: int
    payload: bytes


class FrameReader:
    """Cuts a stream of bytes into frames; garbage is refused at its first byte, not waited on."""

    def __init__(self) -> None:
        self.frame_max = FRAME_MAX
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now; what is left waits for more bytes."""
        self._buffer += data
        position = 0
        try:
            while (found := self._frame_at(position)) is not None:
                position += len(found.payload) + OVERHEAD
                yield found
        finally:
            del self._buffer[:position]

    def _frame_at(self, position: int) -> Frame | None:
        if len(self._buffer) - position < _HEAD.size:
            return None
        kind, channel, size = _HEAD.unpack_from(self._buffer, position)
        self._check_head(kind, size)
        end = position + _HEAD.size + size
        if len(self._buffer) <= end:
            return None
        if self._buffer[end] != FRAME_END:
            raise ConnectionRefused(501, "a frame doesn't end with its end mark")
        return Frame(kind, channel, bytes(memoryview(self._buffer)[position + _HEAD.size : end]))

    def _check_head(self, kind: int, size: int) -> None:
        if kind not in {METHOD, HEADER, BODY, HEARTBEAT}:
            raise ConnectionRefused(501, f"unknown frame type {kind}")
        if size > self.frame_max - OVERHEAD:
            raise ConnectionRefused(501, f"a frame of {size} bytes is larger than frame_max")


def decode_method(payload: bytes) -> Any:
    """The method in a frame, as an object of pika's; unreadable or unknown ones are refused."""
    try:
        number = struct.unpack_from(">I", payload)[0]
        if number not in spec.methods:
            raise NotImplementedHere(f"method {number >> 16}.{number & 0xFFFF}")
        method = spec.methods[number]()
        method.decode(payload, 4)
    except UNDECODABLE as error:
        raise ConnectionRefused(502, f"unreadable method: {type(error).__name__}") from error
    if any(isinstance(value, bytes) for name, value in vars(method).items() if name != "response"):
        raise ConnectionRefused(502, "a short string is not UTF-8")
    return method


def method_frame(channel: int, method: Any) -> bytes:
    """A method as the bytes of its frame."""
    return frame.Method(channel, method).marshal()


def content_frames(channel: int, properties: bytes, body: bytes, frame_max: int) -> list[bytes]:
    """A message's header and its body, cut into as many frames as it takes."""
    header = struct.pack(">HHQ", spec.BasicProperties.INDEX, 0, len(body)) + properties
    pieces = [_frame(HEADER, channel, header)]
    step = frame_max - OVERHEAD
    pieces += [_frame(BODY, channel, body[start : start + step]) for start in range(0, len(body), step)]
    return pieces


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return b"%b%b\xce" % (_HEAD.pack(kind, channel, len(payload)), payload)
