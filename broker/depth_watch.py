"""How much waits in queues, looked at again and again over a connection of its own."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress

import pika

from broker.connection import CONNECTION_ERRORS, keep_connected, parameters
from broker.depths import depth
from broker.settings import BrokerSettings

LOOK_SECONDS = 2.0


class DepthWatch:
    """Looks at queues, and takes nothing."""

    def __init__(self, settings: BrokerSettings, queues: Sequence[str], *, name: str) -> None:
        self._settings = settings
        self._queues = queues
        self._name = name
        self._stop = threading.Event()
        self._latest: Mapping[str, int] = {}

    @property
    def latest(self) -> Mapping[str, int]:
        """How many messages were ready in each queue at the last look; empty while the broker can't be asked."""
        return self._latest

    def start(self) -> None:
        """Begin to look, as long as the process lives; returns at once."""
        threading.Thread(target=self._run, name=f"{self._name}-io", daemon=True).start()

    def close(self) -> None:
        """Look no more."""
        self._stop.set()

    def _run(self) -> None:
        keep_connected(self._connect_and_look, self._stop, self._name)

    def _connect_and_look(self) -> None:
        connection = pika.BlockingConnection(parameters(self._settings, self._name))
        try:
            while not self._stop.is_set():
                found = {queue: depth(connection, queue) for queue in self._queues}
                self._latest = {queue: messages for queue, messages in found.items() if messages is not None}
                connection.sleep(LOOK_SECONDS)
        finally:
            self._latest = {}
            with suppress(*CONNECTION_ERRORS):
                connection.close()
