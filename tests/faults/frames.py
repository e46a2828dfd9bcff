"""A sieve for AMQP: swallows chosen methods on their way from the broker, whole frames, with what they carry."""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field

HEADER_BYTES = 7
END_BYTES = 1
METHOD = 1
HEARTBEAT = 8

#: Class and method, as the specification numbers them.
Method = tuple[int, int]
BASIC_CANCEL: Method = (60, 30)
BASIC_DELIVER: Method = (60, 60)
BASIC_ACK: Method = (60, 80)


@dataclass
class FrameFilter:
    """Which methods are swallowed just now, on all connections that it watches, and which were."""

    unwanted: frozenset[Method] = frozenset()
    swallowed: list[Method] = field(default_factory=list)

    def swallow(self, *methods: Method) -> None:
        """Swallow these from now on; none: let everything through."""
        self.unwanted = frozenset(methods)

    def sieve(self) -> Callable[[bytes], bytes]:
        """The sieve for one connection, from its first byte on."""
        return _Sieve(self).passing


class _Sieve:
    """The frames of one connection; each passes once it is complete."""

    def __init__(self, chosen: FrameFilter) -> None:
        self._chosen = chosen
        self._rest = b""
        #: Channels on which a content follows whose method was swallowed.
        self._bereft: set[int] = set()

    def passing(self, data: bytes) -> bytes:
        if not data:
            return self._rest
        self._rest += data
        passed = []
        while frame := self._next_frame():
            if self._may_pass(frame):
                passed.append(frame)
        return b"".join(passed)

    def _next_frame(self) -> bytes:
        if len(self._rest) < HEADER_BYTES:
            return b""
        size = HEADER_BYTES + struct.unpack_from(">I", self._rest, 3)[0] + END_BYTES
        if len(self._rest) < size:
            return b""
        frame, self._rest = self._rest[:size], self._rest[size:]
        return frame

    def _may_pass(self, frame: bytes) -> bool:
        kind, channel = struct.unpack_from(">BH", frame)
        if kind == HEARTBEAT:
            return True
        if kind != METHOD:
            return channel not in self._bereft
        self._bereft.discard(channel)
        method: Method = struct.unpack_from(">HH", frame, HEADER_BYTES)
        if method not in self._chosen.unwanted:
            return True
        self._bereft.add(channel)
        self._chosen.swallowed.append(method)
        return False
