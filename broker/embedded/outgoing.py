"""Bytes on their way out: gathered for one turn of the event loop, and counted, so a slow reader costs little."""

import asyncio

#: Bytes for a client that doesn't read, beyond which it gets no more messages.
ENOUGH = 1024 * 1024
#: Bytes beyond which it isn't even read from: only answers to its own requests can bring it there.
TOO_MUCH = 16 * 1024 * 1024
#: Bytes gathered before they are handed to the transport without waiting for the turn's end.
HANDFUL = 256 * 1024


class Outgoing:
    """The way out of one connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._pieces: list[bytes] = []
        self._gathered = 0
        self._scheduled = False
        #: True while it is not read from.
        self.choked = False
        self.sent_at = 0.0
        self.full = False
        transport.set_write_buffer_limits(high=ENOUGH)

    @property
    def room(self) -> bool:
        """True while the client keeps up with what it is sent."""
        return not self.full and not self._transport.is_closing()

    def add(self, *pieces: bytes) -> None:
        """Send these bytes, soon and in order."""
        self._pieces += pieces
        self._gathered += sum(map(len, pieces))
        if self._gathered >= HANDFUL:
            self.flush()
        elif not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self.flush)

    def flush(self) -> None:
        """Hand everything to the transport now."""
        self._scheduled = False
        if self._pieces and not self._transport.is_closing():
            self._transport.write(b"".join(self._pieces))
            self.sent_at = asyncio.get_running_loop().time()
        self._pieces, self._gathered = [], 0
        if not self.choked and self._transport.get_write_buffer_size() > TOO_MUCH:
            self.choked = True
            self._transport.pause_reading()

    def drained(self) -> None:
        """The client has read again: go on."""
        self.full = False
        if self.choked and not self._transport.is_closing():
            self.choked = False
            self._transport.resume_reading()
