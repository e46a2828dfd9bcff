"""Watching events pass, over a queue of one's own that goes when the watcher goes."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel

from broker.connection import parameters
from broker.declaring import Declaring
from broker.settings import BrokerSettings
from broker.topology import EXCHANGE

LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Passing:
    """A message that passes."""

    routing_key: str
    content_type: str | None
    headers: Mapping[Any, Any]
    body: bytes


def for_ever() -> bool:
    """Always wanted."""
    return True


@contextmanager
def watching(
    settings: BrokerSettings, pattern: str, wanted: Callable[[], bool] = for_ever
) -> Iterator[Iterator[Passing]]:
    """Every message that passes from now on, as long as any is wanted; none of them is taken from anybody."""
    connection = pika.BlockingConnection(parameters(settings, "tail"))
    try:
        Declaring(connection).declare_exchange()
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(queue, EXCHANGE, pattern)
        yield _messages(channel, queue, wanted)
    finally:
        if connection.is_open:
            connection.close()


def _messages(channel: BlockingChannel, queue: str, wanted: Callable[[], bool]) -> Iterator[Passing]:
    for method, properties, body in channel.consume(queue, auto_ack=True, inactivity_timeout=LOOK_SECONDS):
        if method is not None and properties is not None:
            yield Passing(method.routing_key, properties.content_type, properties.headers or {}, body or b"")
        if not wanted():
            return
