"""A TCP proxy that breaks on demand: what lies between a process and its broker or database.

A black hole holds bytes back and does not drop them. So does a network that has gone silent: TCP sends again what
was not acknowledged, and after the network has healed the stream goes on where it stopped, late but whole. Bytes
swallowed out of the middle would be a fault that TCP does not have.
"""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

from sqlalchemy import make_url

CHUNK_BYTES = 1 << 16
#: Beyond so much the sender waits, as it does when a receiver's window is full.
HELD_BYTES = 1 << 20

#: What passes of the bytes from server to client, given the next of them; one for each connection.
Sieve = Callable[[bytes], bytes]
T = TypeVar("T")


class Proxy:
    """Stands on a port of its own before a server's port; what it is told holds for open and new connections."""

    def __init__(self, server_port: int, sieve: Callable[[], Sieve] = lambda: bytes) -> None:
        self.port = 0
        self._server_port = server_port
        self._sieve = sieve
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._listener: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._delay = 0.0
        self._up, self._down = asyncio.Event(), asyncio.Event()

    def start(self) -> None:
        """Listen from now on."""
        self._thread.start()
        self._run(self._heal())

    def stop(self) -> None:
        """Close everything."""
        self._run(self._refuse())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Close all connections now; new ones are taken."""
        self._run(self._cut())

    def refuse(self) -> None:
        """Close all connections now, and refuse new ones."""
        self._run(self._refuse())

    def delay(self, seconds: float) -> None:
        """Let all bytes arrive so much later, in both directions."""
        self._delay = seconds

    def blackhole(self, *, up: bool, down: bool) -> None:
        """From now on nothing arrives at the server (up), at the client (down): no byte, no close."""
        self._run(self._hold(up=up, down=down))

    def heal(self) -> None:
        """Take connections, let everything through; what was held back arrives now."""
        self._delay = 0.0
        self._run(self._heal())

    @property
    def connections(self) -> int:
        """How many are open just now."""
        return len(self._links)

    def _run(self, step: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(step, self._loop).result(10)

    async def _heal(self) -> None:
        self._up.set()
        self._down.set()
        if self._listener is None:
            self._listener = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

    async def _refuse(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        await self._cut()

    async def _cut(self) -> None:
        links = list(self._links)
        for link in links:
            link.cut()
        await asyncio.gather(*(link.over.wait() for link in links))

    async def _hold(self, *, up: bool, down: bool) -> None:
        for gate, closed in ((self._up, up), (self._down, down)):
            if closed:
                gate.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = _Link(writer)
        self._links.add(link)
        try:
            await link.run(reader, self)
        finally:
            self._links.remove(link)
            link.over.set()


class _Link:
    """One connection through the proxy: two streams, each with its gate."""

    def __init__(self, client: asyncio.StreamWriter) -> None:
        self.over = asyncio.Event()
        self._is_cut = False
        self._writers = [client]
        self._tasks: list[asyncio.Task[None]] = []

    async def run(self, reader: asyncio.StreamReader, proxy: Proxy) -> None:
        client = self._writers[0]
        try:
            from_server, server = await asyncio.open_connection("127.0.0.1", proxy._server_port)
            self._writers.append(server)
            if self._is_cut:
                return
            sieve = proxy._sieve()
            up = _Stream(reader, server, proxy._up, proxy, bytes)
            down = _Stream(from_server, client, proxy._down, proxy, sieve)
            self._tasks = [asyncio.ensure_future(each) for stream in (up, down) for each in stream.halves()]
            await asyncio.gather(*self._tasks)
        except (OSError, asyncio.CancelledError):
            # Broken on either side, or cut: over in both cases.
            pass
        finally:
            self.cut()

    def cut(self) -> None:
        self._is_cut = True
        for task in self._tasks:
            task.cancel()
        for writer in self._writers:
            writer.transport.abort()


class _Stream:
    """The bytes of one direction, in their order; the end of the stream waits in line behind them."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        gate: asyncio.Event,
        proxy: Proxy,
        sieve: Sieve,
    ) -> None:
        self._reader, self._writer, self._gate, self._proxy, self._sieve = reader, writer, gate, proxy, sieve
        self._held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(HELD_BYTES // CHUNK_BYTES)

    def halves(self) -> tuple[Coroutine[Any, Any, None], Coroutine[Any, Any, None]]:
        return self._take(), self._give()

    async def _take(self) -> None:
        data = b"more"
        while data:
            # A stream that is reset ends like any other: the other side learns of it once the gate is open.
            with suppress(ConnectionError):
                data = b""
                data = await self._reader.read(CHUNK_BYTES)
            await self._held.put((asyncio.get_running_loop().time() + self._proxy._delay, data))

    async def _give(self) -> None:
        data = b"more"
        while data:
            due, data = await self._held.get()
            await asyncio.sleep(due - asyncio.get_running_loop().time())
            await self._gate.wait()
            self._writer.write(self._sieve(data))
            await self._writer.drain()
        if self._writer.can_write_eof():
            self._writer.write_eof()


@contextmanager
def proxied(server_port: int, sieve: Callable[[], Sieve] = lambda: bytes) -> Iterator[Proxy]:
    """A proxy before this port of 127.0.0.1."""
    proxy = Proxy(server_port, sieve)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def through(proxy: Proxy, url: str) -> str:
    """A server's address for those who go through the proxy."""
    return make_url(url).set(port=proxy.port).render_as_string(hide_password=False)
