"""The limit of a relay: bare pika publishes into a quorum queue, with a window of unconfirmed messages.

BROKER_URL=… python -m bench.limits.confirms        (asked by `bench.program`)
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from time import time
from typing import Any

import pika
from pika.channel import Channel
from pika.spec import Basic

from bench.meter import Meter
from bench.program import answer, running_program
from bench.row import Run, Sample
from bench.servers import Servers
from tests.brokers import channel, depth, purge

#: As many as our relay has in flight at most.
WINDOW = 500
QUEUE = "confirms"
#: About as many bytes as an ``order.placed`` has.
BODY = b"x" * 800


@contextmanager
def confirms(servers: Servers) -> Iterator[Run]:
    """So many messages."""
    servers.rabbitmq.move_to_a_fresh_host()
    url = servers.rabbitmq.url
    with channel(url) as queues:
        queues.queue_declare(QUEUE, durable=True, arguments={"x-queue-type": "quorum"})
    with running_program("bench.limits.confirms", BROKER_URL=url) as program:

        def run(number: int) -> Sample:
            purge(url, QUEUE)
            meter = Meter(servers, lambda: [program.pid])
            sample = meter.sample(number, program.ask(number=number))
            assert depth(url, QUEUE) == number
            return sample

        yield run


class Publishing:
    """One batch after another over one connection; the loop runs until the last confirm of a batch."""

    def __init__(self, url: str) -> None:
        self._unsent = self._waiting = self._all_up_to = 0
        #: Confirmed by themselves, above those that are confirmed all.
        self._alone: set[int] = set()
        self._channel: Channel | None = None
        self._connection = pika.SelectConnection(pika.URLParameters(url), on_open_callback=self._on_open)
        self._connection.ioloop.start()

    def publish(self, number: int) -> float:
        """Seconds until all were confirmed."""
        began = time()
        self._unsent = number
        self._fill()
        self._connection.ioloop.start()
        return time() - began

    def _on_open(self, connection: pika.SelectConnection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, opened: Channel) -> None:
        self._channel = opened
        opened.confirm_delivery(self._on_confirm, callback=lambda _: self._connection.ioloop.stop())

    def _on_confirm(self, frame: Any) -> None:
        assert isinstance(frame.method, Basic.Ack)
        tag = frame.method.delivery_tag
        if frame.method.multiple:
            alone = {each for each in self._alone if each <= tag}
            self._waiting -= tag - self._all_up_to - len(alone)
            self._alone -= alone
            self._all_up_to = tag
        else:
            self._alone.add(tag)
            self._waiting -= 1
        self._fill()

    def _fill(self) -> None:
        properties = pika.BasicProperties(delivery_mode=2)
        assert self._channel is not None
        while self._unsent and self._waiting < WINDOW:
            self._channel.basic_publish("", QUEUE, BODY, properties)
            self._unsent -= 1
            self._waiting += 1
        if not self._waiting:
            self._connection.ioloop.stop()


if __name__ == "__main__":
    answer(Publishing(os.environ["BROKER_URL"]).publish)
