"""The broker is killed while several threads publish: what it confirmed is there afterwards."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from broker.confirms import Fate
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from tests import brokers
from tests.eventually import eventually
from tests.servers.rabbitmq_node import RabbitMQNode

QUEUE = "user_service"
MESSAGES, BATCH, THREADS = 3_000, 10, 4
#: For the broker's start, twice, and the publisher's longest pause.
PATIENCE_SECONDS = 120


class Confirmed:
    """The ids that the broker took responsibility for, from all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.ids: set[str] = set()

    def publish(self, publisher: Publisher, messages: list[Message]) -> None:
        """Publish until all of these are confirmed."""
        deadline = monotonic() + PATIENCE_SECONDS
        while messages:
            assert monotonic() < deadline
            try:
                fates = publisher.publish(messages, 5.0)
            except BrokerUnavailable:
                continue
            confirmed = {
                each.message_id for each, fate in zip(messages, fates, strict=True) if fate is Fate.CONFIRMED
            }
            messages = [each for each in messages if each.message_id not in confirmed]
            with self._lock:
                self.ids |= confirmed


@contextmanager
def publishing(url: str) -> Iterator[Publisher]:
    publisher = Publisher(BrokerSettings(url), name="test-publisher")
    publisher.start()
    try:
        eventually(lambda: publisher.ready)
        yield publisher
    finally:
        publisher.close()


def batches() -> list[list[Message]]:
    ids = [f"message-{number}" for number in range(MESSAGES)]
    messages = [Message(exchange="", routing_key=QUEUE, body=b"x", message_id=each, mandatory=True) for each in ids]
    return [messages[at : at + BATCH] for at in range(0, MESSAGES, BATCH)]


def arrived(url: str) -> set[str]:
    """The ids of everything in the queue."""
    ids = set()
    with brokers.channel(url) as channel:
        while (got := channel.basic_get(QUEUE, auto_ack=True))[0] is not None:
            ids.add(str(got[1].message_id))
    return ids


def test_what_was_confirmed_is_there_although_the_broker_was_killed_twice_meanwhile(broker: RabbitMQNode) -> None:
    confirmed = Confirmed()

    with publishing(broker.url) as publisher, ThreadPoolExecutor(THREADS) as pool:
        done = [pool.submit(confirmed.publish, publisher, batch) for batch in batches()]
        before_kills = []
        for share in (MESSAGES // 3, MESSAGES // 2):
            eventually(lambda share=share: len(confirmed.ids) >= share, 30)  # type: ignore[misc] # bound now
            before_kills.append(len(confirmed.ids))
            broker.kill()
            broker.start()
        for each in done:
            each.result(30)

    assert before_kills[1] < len(confirmed.ids) == MESSAGES
    assert arrived(broker.url) >= confirmed.ids
