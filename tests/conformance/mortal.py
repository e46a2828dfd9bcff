"""An embedded broker that is killed, and who floods it."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pika
import pytest
from pika.adapters.select_connection import SelectConnection

from tests.conformance.embedded import EmbeddedBroker
from tests.conformance.lab import Lab, ignoring_errors
from tests.eventually import eventually

ENDS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])


@contextmanager
def at(broker: EmbeddedBroker) -> Iterator[Lab]:
    lab = Lab(broker.url)
    try:
        yield lab
    finally:
        for connection in lab._connections:
            ignoring_errors(connection.close)


class Flood:
    """Publishes numbered messages with many confirms outstanding, and remembers which ones were confirmed."""

    def __init__(self, broker: EmbeddedBroker, queue: str, body: bytes | None = None) -> None:
        self._broker, self._queue, self._body = broker, queue, body
        self._sent, self._stop_at = 0, 0
        self.confirmed: set[int] = set()

    def until_killed_after(self, confirms: int) -> set[int]:
        """Kill the broker once so many are confirmed and more are on their way."""
        killer = threading.Thread(
            target=lambda: (eventually(lambda: len(self.confirmed) >= confirms), self._broker.kill())
        )
        killer.start()
        self._run()
        killer.join()
        return self.confirmed

    def until_confirmed(self, confirms: int) -> None:
        self._stop_at = confirms
        self._run()

    def _run(self) -> None:
        connection = SelectConnection(
            pika.URLParameters(self._broker.url),
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened),
            on_close_callback=lambda connection, _: connection.ioloop.stop(),
        )
        connection.ioloop.start()
        connection.ioloop.close()

    def _opened(self, channel) -> None:
        self._channel = channel
        channel.confirm_delivery(self._confirm, lambda _: self._fill())

    def _confirm(self, frame) -> None:
        tag = frame.method.delivery_tag
        first = len(self.confirmed) + 1 if frame.method.multiple else tag
        self.confirmed.update(range(first, tag + 1))
        if self._stop_at and len(self.confirmed) >= self._stop_at:
            self._channel.connection.close()
        elif self._channel.is_open:
            self._fill()

    def _fill(self) -> None:
        while self._sent - len(self.confirmed) < 500 and (not self._stop_at or self._sent < self._stop_at):
            self._sent += 1
            body = self._body or b"%d" % self._sent
            self._channel.basic_publish("", self._queue, body, pika.BasicProperties(delivery_mode=2))
