"""A Redis of our own, of Debian's package, that a test may kill and start again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis, RedisError

from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

START_SECONDS = 20


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return shutil.which("redis-server") is not None


class RedisNode:
    """Own port, own folder. Every write is on the disk, so that it comes back with what it had."""

    def __init__(self, *options: str) -> None:
        self._instance = PrivateInstance("redis")
        (self.port,) = free_ports(1)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._options = options
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, on the same port each time, and return when it answers; without effect if it runs."""
        if self._server is not None:
            return
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", "."]
        durable = ["--appendonly", "yes", "--appendfsync", "always"]
        self._server = self._instance.spawn([*command, *durable, *self._options], {"PATH": os.environ["PATH"]})
        eventually(lambda: answers(self.url), timeout=START_SECONDS)

    def kill(self) -> None:
        """End it at once; without effect if it doesn't run."""
        if self._server is not None:
            self._instance.end(self._server, signal.SIGKILL)
            self._server = None

    def hang(self) -> None:
        """Let it answer nothing, and keep its connections, until ``go_on``."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        assert self._server is not None
        self._server.send_signal(signal.SIGCONT)

    def remove(self) -> None:
        """End it, and remove its data."""
        self._instance.stop()


@contextmanager
def running_node(*options: str) -> Iterator[RedisNode]:
    """A started server, gone at the end."""
    node = RedisNode(*options)
    try:
        node.start()
        yield node
    finally:
        node.remove()


def answers(url: str) -> bool:
    """True if a Redis answers there; one that is still reading its data doesn't."""
    try:
        with Redis.from_url(url, socket_timeout=2) as client:
            return bool(client.ping())
    except RedisError:
        return False
