"""A client of the broker under test, with names of its own that it cleans up behind itself."""

import contextlib
import time
from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pika
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import AMQPError

from tests.eventually import eventually

PATIENCE_SECONDS = 20
QUORUM = {"x-queue-type": "quorum"}
AT_LEAST_ONCE = QUORUM | {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


class Got(NamedTuple):
    """A message as a client sees it."""

    method: Any
    properties: pika.BasicProperties
    body: bytes

    @property
    def tag(self) -> int:
        return self.method.delivery_tag

    @property
    def headers(self) -> dict[str, Any]:
        return self.properties.headers or {}


class Lab:
    """One connection with one channel in confirm mode, and more of them where a test needs others."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connections: list[BlockingConnection] = []
        self._queues: list[str] = []
        self._exchanges: list[str] = []
        self.channel = self.another_channel()
        self.channel.confirm_delivery()

    @property
    def connection(self) -> BlockingConnection:
        return self.channel.connection

    def another_channel(self, **parameters: Any) -> BlockingChannel:
        """A channel on a connection of its own."""
        wanted = pika.URLParameters(self.url)
        for name, value in parameters.items():
            setattr(wanted, name, value)
        connection = BlockingConnection(wanted)
        self._connections.append(connection)
        return connection.channel()

    def name(self) -> str:
        return f"conformance-{uuid4().hex}"

    def queue(self, arguments: dict[str, Any] | None = None, **options: Any) -> str:
        """A durable queue that nobody else has."""
        name = self.name()
        self._queues.append(name)
        self.channel.queue_declare(name, **({"durable": True} | options), arguments=arguments)
        return name

    def exchange(self, kind: str = "topic", **options: Any) -> str:
        """A durable exchange that nobody else has."""
        name = self.name()
        self._exchanges.append(name)
        self.channel.exchange_declare(name, kind, **({"durable": True} | options))
        return name

    def publish(self, routing_key: str, body: bytes = b"", exchange: str = "", **properties: Any) -> None:
        """Publish a persistent message and wait for its confirm."""
        wanted = pika.BasicProperties(**({"delivery_mode": 2} | properties))
        self.channel.basic_publish(exchange, routing_key, body, wanted, mandatory=True)

    def get(self, queue: str, channel: BlockingChannel | None = None) -> Got:
        """The next message of the queue, not yet settled; waits for it."""
        return eventually(lambda: self.look(queue, channel))

    def look(self, queue: str, channel: BlockingChannel | None = None) -> Got | None:
        """The next message of the queue, or None."""
        got = Got(*(channel or self.channel).basic_get(queue))
        return got if got.method else None

    def take(self, queue: str) -> Got:
        """The next message of the queue, settled."""
        got = self.get(queue)
        self.channel.basic_ack(got.tag)
        return got

    def waiting(self, queue: str) -> int:
        return self.channel.queue_declare(queue, passive=True).method.message_count

    def consume(self, queue: str, channel: BlockingChannel, **options: Any) -> list[Got]:
        """A list that fills while the channel's connection is serviced."""
        got: list[Got] = []
        channel.basic_consume(queue, lambda _, *parts: got.append(Got(*parts)), **options)
        return got

    def clean_up(self) -> None:
        """Delete what was declared, and close what was opened."""
        channel = self.another_channel()
        for queue in self._queues:
            ignoring_errors(lambda name=queue: channel.queue_delete(name))
        for exchange in self._exchanges:
            ignoring_errors(lambda name=exchange: channel.exchange_delete(name))
        for connection in self._connections:
            ignoring_errors(connection.close)


def serviced(*channels: BlockingChannel, until: Callable[[], object]) -> None:
    """Let the clients of these channels work until something is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not until():
        assert time.monotonic() < deadline, f"not so after {PATIENCE_SECONDS} seconds"
        for channel in channels:
            channel.connection.process_data_events(0.005)


def ignoring_errors(do: Callable[[], object]) -> None:
    with contextlib.suppress(AMQPError):
        do()
