"""Watching events pass, over a queue of one's own that goes when the watcher goes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pika
from pika.adapters.blocking_connection import BlockingChannel

from broker.connection import parameters
from broker.declaring import Declaring
from broker.settings import BrokerSettings
from broker.topology import EXCHANGE


@contextmanager
def watching(settings: BrokerSettings, pattern: str) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Routing key and body of every message that passes from now on; none of them is taken from anybody."""
    connection = pika.BlockingConnection(parameters(settings, "tail"))
    try:
        Declaring(connection).declare_exchange()
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, EXCHANGE, pattern)
        yield _messages(channel, queue)
    finally:
        if connection.is_open:
            connection.close()


def _messages(channel: BlockingChannel, queue: str) -> Iterator[tuple[str, bytes]]:
    for method, _, body in channel.consume(queue, auto_ack=True):
        if method is not None:
            yield method.routing_key, body or b""
