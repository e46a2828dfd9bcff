"""Dead letters: looked at without loss, sent again to their own service, or dropped.

A look takes the letters off the queue without an ack, and the broker puts them back where they were when it ends. So
one operator looks at a time, and whatever is cut off half-way leaves a letter where it was. A letter is acked only
after the broker has confirmed its replay: killed between the two it is sent twice, under one id, and the inbox of
its service turns the second away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pika
import pika.exceptions
from pika.adapters.blocking_connection import BlockingChannel

from broker import headers as names
from broker import topology
from broker.connection import parameters
from broker.dead_letter import DeadLetter
from broker.message import Message
from broker.retry import carried_on
from broker.settings import BrokerSettings

RESOURCE_LOCKED = 405
NOT_FOUND = 404


class SomebodyElseIsLooking(Exception):
    """Dead letters are off their queue while somebody looks at them; one at a time."""


class NoDeadLetterQueue(Exception):
    """The queue of dead letters is not there; ``broker declare`` makes it."""


@dataclass(frozen=True)
class Look:
    """The dead letters of one service, as long as one looks at them."""

    service: str
    _channel: BlockingChannel

    def letters(self) -> Iterator[DeadLetter]:
        """Those that were there when the look began, oldest first; each may be replayed or dropped."""
        queue = topology.dead_queue(self.service)
        for _ in range(self._channel.queue_declare(queue, passive=True).method.message_count):
            method, properties, body = self._channel.basic_get(queue)
            if method is None or properties is None:
                return
            yield DeadLetter(method.delivery_tag, properties, body or b"")

    def replay(self, letter: DeadLetter, by: str, now: datetime) -> None:
        """Send it to its service alone, under the same id; this raises, and it stays, if the broker won't take it."""
        message = replayed(self.service, letter, by, now)
        self._channel.basic_publish("", message.routing_key, message.body, message.properties(), mandatory=True)
        self._channel.basic_ack(letter.tag)

    def drop(self, letter: DeadLetter) -> None:
        """Let it go for ever."""
        self._channel.basic_ack(letter.tag)


@contextmanager
def looking(settings: BrokerSettings, service: str) -> Iterator[Look]:
    """Look at a service's dead letters; SomebodyElseIsLooking if another does so just now."""
    connection = pika.BlockingConnection(parameters(settings, f"{service}.dead-letters"))
    try:
        channel = connection.channel()
        _lock(channel, service)
        channel.confirm_delivery()
        yield Look(service, channel)
    finally:
        if connection.is_open:
            connection.close()


def is_being_looked_at(settings: BrokerSettings, service: str) -> bool:
    """True while somebody looks: the letters are off their queue then, and can't be counted."""
    connection = pika.BlockingConnection(parameters(settings, f"{service}.dead-letters"))
    try:
        connection.channel().queue_declare(_look_queue(service), passive=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        return bool(error.reply_code == RESOURCE_LOCKED)
    finally:
        if connection.is_open:
            connection.close()
    return True


def _look_queue(service: str) -> str:
    return f"{topology.dead_queue(service)}.look"


def _lock(channel: BlockingChannel, service: str) -> None:
    try:
        channel.queue_declare(topology.dead_queue(service), passive=True)
        # It goes with its connection, whatever becomes of us.
        channel.queue_declare(_look_queue(service), exclusive=True)
    except pika.exceptions.ChannelClosedByBroker as error:
        if error.reply_code == RESOURCE_LOCKED:
            raise SomebodyElseIsLooking(f"somebody else is looking at the dead letters of {service}") from error
        if error.reply_code == NOT_FOUND:
            raise NoDeadLetterQueue(
                f"there is no queue {topology.dead_queue(service)}: run `broker declare`"
            ) from error
        raise


def replayed(service: str, letter: DeadLetter, by: str, now: datetime) -> Message:
    """The message that brings a dead letter back: the same bytes and id, its attempts begun anew."""
    return Message(
        exchange="",
        routing_key=service,
        body=letter.body,
        message_id=letter.message_id,
        mandatory=True,
        type=letter.properties.type,
        app_id=letter.properties.app_id,
        content_type=letter.properties.content_type,
        headers={**_theirs(letter), **_notes(letter, by, now)},
    )


def _theirs(letter: DeadLetter) -> dict[str, Any]:
    return {name: value for name, value in carried_on(letter.headers).items() if name not in names.OF_THE_FAILURE}


def _notes(letter: DeadLetter, by: str, now: datetime) -> dict[str, Any]:
    return {
        names.ORIGINAL_ROUTING_KEY: letter.routing_key,
        names.REPLAYED_BY: by,
        names.REPLAYED_AT: now.isoformat(),
    }
