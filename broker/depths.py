"""How much waits in queues, asked without taking anything."""

from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus

import pika

from broker.connection import CONNECTION_ERRORS, parameters
from broker.errors import BrokerUnavailable
from broker.settings import BrokerSettings


def depths(settings: BrokerSettings, queues: Iterable[str]) -> dict[str, int | None]:
    """How many messages are ready in each queue, None where there is no such queue; asked in the order given.

    What a consumer holds and has not acked is not counted: AMQP doesn't tell of it.
    """
    try:
        connection = pika.BlockingConnection(parameters(settings, "depths"))
        try:
            return {queue: depth(connection, queue) for queue in queues}
        finally:
            with suppress(*CONNECTION_ERRORS):
                connection.close()
    except CONNECTION_ERRORS as error:
        raise BrokerUnavailable(f"{type(error).__name__} {error}".strip()) from error


def depth(connection: pika.BlockingConnection, queue: str) -> int | None:
    """How many messages are ready in one queue, None where there is no such queue."""
    # A channel for each: the broker closes it where the queue is not there.
    channel = connection.channel()
    try:
        found = int(channel.queue_declare(queue, passive=True).method.message_count)
    except pika.exceptions.ChannelClosedByBroker as error:
        if error.reply_code == HTTPStatus.NOT_FOUND:
            return None
        raise
    channel.close()
    return found
