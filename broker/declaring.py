"""Making the topology as far as our rights go, and looking at the rest.

On a RabbitMQ with rights each service may make its own queues alone. Another's are looked at: what is meant for a
queue that is not there waits in the outbox.
"""

from collections.abc import Callable, Iterator
from http import HTTPStatus

import pika
import pika.exceptions
import structlog
from pika.adapters.blocking_connection import BlockingChannel

from broker import topology
from broker.topology import EXCHANGE, Queue
from events.catalogue import SERVICES

log = structlog.get_logger()


class Declaring:
    """Declares over one connection; what the broker has refused there is only looked at from then on."""

    def __init__(
        self, connection: pika.BlockingConnection, retry_delays: tuple[int, ...] = topology.RETRY_DELAYS_SECONDS
    ) -> None:
        self._connection = connection
        self._retry_delays = retry_delays
        self._open: BlockingChannel | None = None
        self._refused: set[str] = set()

    def declare(self) -> tuple[str, ...]:
        """Make all that we may and that is not there yet; the names of those queues that others have yet to make.

        Every process does so at its start: what a service publishes then reaches the queues of those that listen,
        whether or not they ever ran.
        """
        self.declare_exchange()
        missing = tuple(name for service in SERVICES for name in self._declare_queues(service))
        self._channel.close()
        if missing:
            log.warning("topology.queues_missing", queues=missing)
        return missing

    def declare_exchange(self) -> None:
        """Make the exchange, or see that it is there; raise if it is not, and we may not make it."""
        if not self._may(EXCHANGE, lambda channel: channel.exchange_declare(EXCHANGE, "topic", durable=True)):
            self._channel.exchange_declare(EXCHANGE, passive=True)

    def _declare_queues(self, service: str) -> Iterator[str]:
        first, *others = topology.queues(service, self._retry_delays)
        if self._may(service, lambda channel: _declare(channel, first)):
            # Who may make one and not the others has wrong rights, and is told so.
            for queue in others:
                _declare(self._channel, queue)
        else:
            yield from (queue.name for queue in (first, *others) if not self._is_there(queue))

    def _may(self, what: str, declare: Callable[[BlockingChannel], object]) -> bool:
        if what in self._refused:
            return False
        try:
            declare(self._channel)
        except pika.exceptions.ChannelClosedByBroker as error:
            if error.reply_code != HTTPStatus.FORBIDDEN:
                raise
            self._refused.add(what)
            return False
        return True

    def _is_there(self, queue: Queue) -> bool:
        try:
            self._channel.queue_declare(queue.name, passive=True)
        except pika.exceptions.ChannelClosedByBroker as error:
            if error.reply_code != HTTPStatus.NOT_FOUND:
                raise
            return False
        return True

    @property
    def _channel(self) -> BlockingChannel:
        # Whatever the broker refuses costs the channel.
        if self._open is None or not self._open.is_open:
            self._open = self._connection.channel()
        return self._open


def _declare(channel: BlockingChannel, queue: Queue) -> None:
    channel.queue_declare(queue.name, durable=True, arguments=queue.arguments)
    for routing_key in queue.routing_keys:
        channel.queue_bind(queue.name, EXCHANGE, routing_key)
