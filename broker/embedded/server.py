"""The broker as a process: listens on the loopback, ends in an orderly way, and stops when its store fails."""

import asyncio
import contextlib
import ipaddress
import logging
import signal
import socket
from collections.abc import Callable
from pathlib import Path

from broker.embedded.broker import Broker
from broker.embedded.connection import Connection
from broker.embedded.database import Database
from broker.embedded.errors import ConnectionRefused, NotLoopback, StoreFailed
from broker.embedded.store import Store

log = logging.getLogger(__name__)
#: Seconds that clients have to answer when the broker ends.
GOODBYE_SECONDS = 0.5


def serve(*, host: str, port: int, path: Path, on_ready: Callable[[int], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT; port 0 takes a free one, and ``on_ready`` is told which.

    Raises ``OSError`` if the port is taken or another broker holds the file, ``NotLoopback`` for an address that
    others can reach, ``StoreFailed`` if the file fails: what was confirmed by then is in it.
    """
    with _listen(host, port) as listener:
        asyncio.run(_Server(listener, path).run(on_ready))


def _listen(host: str, port: int) -> socket.socket:
    address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    if not address.is_loopback:
        raise NotLoopback(f"{host} is not a loopback address, and this broker serves its own machine alone")
    return socket.create_server((str(address), port), family=_FAMILIES[address.version], backlog=128)


class _Server:
    """One run of the broker."""

    def __init__(self, listener: socket.socket, path: Path) -> None:
        self._listener, self._path = listener, path
        self._connections: set[Connection] = set()

    async def run(self, on_ready: Callable[[int], None] | None) -> None:
        loop = asyncio.get_running_loop()
        self._stopped: asyncio.Future[None] = loop.create_future()
        store = Store(Database(self._path), self._fail)
        broker = Broker(store)
        broker.recover()
        server = await loop.create_server(lambda: Connection(broker, self._connections), sock=self._listener)
        self._stop_on_signals()
        port = self._listener.getsockname()[1]
        log.info("listening on port %s, %s queues in %s", port, len(broker.queues), self._path)
        if on_ready is not None:
            on_ready(port)
        await self._until_stopped(server, store)

    async def _until_stopped(self, server: asyncio.Server, store: Store) -> None:
        try:
            await self._stopped
        except StoreFailed:
            store.database.close()
            raise
        finally:
            server.close()
        await self._say_goodbye()
        store.close()

    async def _say_goodbye(self) -> None:
        for connection in list(self._connections):
            connection.refuse(ConnectionRefused(320, "the broker is shutting down"))
        deadline = asyncio.get_running_loop().time() + GOODBYE_SECONDS
        while self._connections and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.01)
        for connection in list(self._connections):
            connection.abort()
        await asyncio.sleep(0)

    def _stop_on_signals(self) -> None:
        loop = asyncio.get_running_loop()
        # Signals reach the main thread alone; in another thread the caller's process ends us.
        with contextlib.suppress(ValueError, RuntimeError):
            for each in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(each, self._stop)

    def _stop(self) -> None:
        if not self._stopped.done():
            self._stopped.set_result(None)

    def _fail(self, failure: StoreFailed) -> None:
        log.critical("%s", failure)
        if not self._stopped.done():
            self._stopped.set_exception(failure)


_FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
