"""A message on its way in: the frames between ``basic.publish`` and the last byte of its body."""

import struct
from typing import Any

from broker.embedded.errors import ChannelRefused, ConnectionRefused

#: RabbitMQ's own limit for one body.
LARGEST_BODY = 128 * 1024 * 1024
BASIC = 60


class Incoming:
    """Collects header and body, in this order, and refuses all else."""

    def __init__(self, method: Any) -> None:
        self.method = method
        self.properties: bytes | None = None
        self._missing = 0
        self._fragments: list[bytes] = []

    @property
    def complete(self) -> bool:
        """True once nothing is missing."""
        return self.properties is not None and self._missing == 0

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self._fragments)

    def header(self, payload: bytes) -> None:
        """Take the header frame; too large a message is refused before its body comes."""
        if self.properties is not None:
            raise ConnectionRefused(505, "a second header frame where a body was expected")
        if len(payload) < 14:  # noqa: PLR2004 class, weight, size, flags
            raise ConnectionRefused(502, "a header frame is too short")
        class_id, _, size = struct.unpack_from(">HHQ", payload)
        if class_id != BASIC:
            raise ConnectionRefused(505, f"a header of class {class_id} where class {BASIC} was expected")
        if size > LARGEST_BODY:
            raise ChannelRefused(406, f"message size {size} is larger than max size {LARGEST_BODY}")
        self._missing, self.properties = size, payload[12:]

    def fragment(self, payload: bytes) -> None:
        """Take a body frame."""
        if self.properties is None:
            raise ConnectionRefused(505, "a body frame where a header was expected")
        if len(payload) > self._missing:
            raise ConnectionRefused(505, "a body frame with more than its header announced")
        self._fragments.append(payload)
        self._missing -= len(payload)
