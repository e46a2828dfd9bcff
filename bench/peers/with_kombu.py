"""Kombu, as its user guide has it: a ``ConsumerMixin`` that acks after the commit; producers of a pool."""

import os
import sys
from typing import Any

from kombu import Connection, Consumer, Exchange, Message, Queue
from kombu.mixins import ConsumerMixin
from kombu.pools import producers

from bench.peers.listings import CONNECTIONS, handle
from bench.peers.sending import answer_by

EXCHANGE = Exchange("listings", "direct")
QUEUE = Queue("listings", EXCHANGE, routing_key="listings", queue_arguments={"x-queue-type": "quorum"})
PREFETCH = 100


class Worker(ConsumerMixin):
    """Handles one message after the other."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def get_consumers(self, consumer: type[Consumer], _channel: Any) -> list[Consumer]:
        """What kombu asks for."""
        return [consumer([QUEUE], callbacks=[self.on_listing], accept=["json"], prefetch_count=PREFETCH)]

    def on_listing(self, body: dict[str, Any], message: Message) -> None:
        """Ack after the commit: what a crash interrupts comes again."""
        handle(body)
        message.ack()


def main() -> None:
    """Work, or publish as asked."""
    with Connection(os.environ["BROKER_URL"], transport_options={"confirm_publish": True}) as connection:
        if sys.argv[1:] == ["worker"]:
            Worker(connection).run()
        pool = producers[connection]
        pool.limit = CONNECTIONS

        def send(message: dict[str, Any]) -> None:
            with pool.acquire(block=True) as producer:
                producer.publish(message, exchange=EXCHANGE, routing_key="listings", declare=[QUEUE], retry=True)

        answer_by(send)


if __name__ == "__main__":
    main()
