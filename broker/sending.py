"""Sending many messages, each confirmed, at most so many a second."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event
from time import monotonic
from typing import TypeVar

from broker.confirms import Confirms, Fate
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.publisher import Publisher

#: How many messages are on their way at once.
WINDOW = 100
CONFIRM_SECONDS = 30.0

T = TypeVar("T")


def send(publisher: Publisher, messages: Iterable[Message]) -> Iterator[Fate]:
    """Send each as soon as it is there, and tell its fate, in the same order.

    What a lost connection left unknown is sent once more under the same id, which has no effect twice.
    """
    on_their_way: deque[Confirms] = deque()
    for message in messages:
        on_their_way.append(_begun(publisher, message))
        while len(on_their_way) >= WINDOW or (on_their_way and on_their_way[0].wait(0)):
            yield _fate(publisher, on_their_way.popleft())
    while on_their_way:
        yield _fate(publisher, on_their_way.popleft())


def _begun(publisher: Publisher, message: Message) -> Confirms:
    try:
        return publisher.send([message])
    except BrokerUnavailable:
        lost = Confirms([message])
        lost.abandon()
        return lost


def _fate(publisher: Publisher, confirms: Confirms) -> Fate:
    confirms.wait(CONFIRM_SECONDS)
    (fate,) = confirms.fates
    if fate is Fate.UNKNOWN:
        with suppress(BrokerUnavailable):
            (fate,) = publisher.publish(confirms.messages, CONFIRM_SECONDS)
    return fate


def paced(items: Iterable[T], per_second: float | None) -> Iterator[T]:
    """The same items, none before its time."""
    started_at = monotonic()
    for number, item in enumerate(items):
        if per_second:
            Event().wait(max(0.0, started_at + number / per_second - monotonic()))
        yield item
