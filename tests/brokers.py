"""Brokers for tests: an embedded one of the test's own, or RabbitMQ without anything of ours on it."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika

from broker import topology
from events.catalogue import SERVICES
from tests.eventually import eventually
from tests.servers.ports import free_ports, is_open


@contextmanager
def embedded(folder: Path, port: int | None = None) -> Iterator[str]:
    """The address of an embedded broker that keeps its messages in this folder."""
    port = port or free_ports(1)[0]
    command = [sys.executable, "-m", "broker.embedded", "--port", str(port), "--path", str(folder / "broker.sqlite")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"amqp://guest:guest@127.0.0.1:{port}/"

    def accepts() -> bool:
        assert process.poll() is None
        return is_open(port)

    try:
        eventually(accepts)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def channel(url: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    """A channel, closed at the end."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        if connection.is_open:
            connection.close()


def cleared(url: str) -> str:
    """The same address, after everything of ours was removed there."""
    with channel(url) as open_channel:
        for service in SERVICES:
            for queue in topology.queues(service):
                open_channel.queue_delete(queue.name)
        open_channel.exchange_delete(topology.EXCHANGE)
    return url


def depth(url: str, queue: str) -> int:
    """How many messages are ready in a queue."""
    with channel(url) as open_channel:
        return int(open_channel.queue_declare(queue, passive=True).method.message_count)


def purge(url: str, queue: str) -> None:
    """Remove what is ready in a queue."""
    with channel(url) as open_channel:
        open_channel.queue_purge(queue)


def take(url: str, queue: str) -> tuple[pika.BasicProperties, bytes] | None:
    """One message, taken off the queue, or None."""
    with channel(url) as open_channel:
        method, properties, body = open_channel.basic_get(queue, auto_ack=True)
        return None if method is None else (properties, body)
