"""Reading one queue: deliveries wait here until the worker takes them, and stay the broker's until it acks them.

Messages are handled off the connection's thread, so that a handler longer than the heartbeat costs no connection.
"""

import queue
import threading
from contextlib import suppress
from functools import partial
from itertools import count

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic

from broker import topology
from broker.connection import CONNECTION_ERRORS, keep_connected, parameters
from broker.delivery import Delivery
from broker.settings import BrokerSettings

#: Acks and close requests from other threads wait at most so long for the connection's thread.
SERVE_SECONDS = 1.0
#: At the end the acks that other threads asked for get so long to leave.
LAST_ACKS_SECONDS = 0.1


class ConsumerCancelled(pika.exceptions.AMQPError):
    """The broker took the queue away from us."""


class Consumer:
    """Reads one queue over a connection of its own, and makes it again whenever it is lost."""

    def __init__(self, settings: BrokerSettings, queue_name: str, *, prefetch: int, name: str) -> None:
        self._settings = settings
        self._queue = queue_name
        self._prefetch = prefetch
        self._name = name
        self._stop = threading.Event()
        self._consuming = threading.Event()
        self._waiting: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._numbers = count(1)
        self._current: tuple[int, pika.BlockingConnection, BlockingChannel] | None = None
        self._thread = threading.Thread(target=self._run, name=f"{name}-io", daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    @property
    def ready(self) -> bool:
        """True while the broker delivers to us."""
        return self._consuming.is_set()

    def take(self, limit: int, timeout_seconds: float) -> list[Delivery]:
        """The deliveries that wait, oldest first, at most ``limit``; wait so long for the first one."""
        taken = []
        with suppress(queue.Empty):
            taken.append(self._waiting.get(timeout=timeout_seconds))
            while len(taken) < limit:
                taken.append(self._waiting.get_nowait())
        return taken

    def holds(self, delivery: Delivery) -> bool:
        """True while this delivery can still be acked; if not, the broker gives it again."""
        current = self._current
        return current is not None and current[0] == delivery.channel_number

    def ack(self, last: Delivery) -> None:
        """Tell the broker, in one frame, that this delivery and all taken before it are settled.

        Without effect if the connection is gone: the broker then gives the messages again.
        """
        current = self._current
        if current is None or current[0] != last.channel_number:
            return
        _, connection, channel = current
        with suppress(*CONNECTION_ERRORS):
            connection.add_callback_threadsafe(partial(channel.basic_ack, last.tag, multiple=True))

    def close(self) -> None:
        """Send the acks that wait, then close; the broker gives what is not acked to others."""
        self._stop.set()
        current = self._current
        if current is not None:
            with suppress(*CONNECTION_ERRORS):
                current[1].add_callback_threadsafe(lambda: None)
        if self._thread.ident is not None:
            self._thread.join(5)

    def _run(self) -> None:
        keep_connected(self._connect_and_serve, self._stop, self._name)

    def _connect_and_serve(self) -> None:
        connection = pika.BlockingConnection(parameters(self._settings.url, self._name))
        try:
            self._consume(connection, connection.channel())
        finally:
            self._current = None
            self._consuming.clear()
            self._drop_waiting()
            with suppress(*CONNECTION_ERRORS):
                connection.close()

    def _consume(self, connection: pika.BlockingConnection, channel: BlockingChannel) -> None:
        topology.declare(channel, self._settings.retry_delays_seconds)
        number = next(self._numbers)
        self._current = (number, connection, channel)
        cancelled = threading.Event()
        channel.add_on_cancel_callback(lambda _: cancelled.set())
        channel.basic_qos(prefetch_count=self._prefetch)
        channel.basic_consume(self._queue, partial(self._on_message, number))
        self._consuming.set()
        while not self._stop.is_set():
            connection.process_data_events(time_limit=SERVE_SECONDS)
            if cancelled.is_set() or not channel.is_open:
                raise ConsumerCancelled(f"the broker cancelled the consumer of {self._queue}")
        connection.process_data_events(time_limit=LAST_ACKS_SECONDS)

    def _on_message(
        self,
        number: int,
        _channel: BlockingChannel,
        method: Basic.Deliver,
        properties: pika.BasicProperties,
        body: bytes,
    ) -> None:
        self._waiting.put(
            Delivery(
                channel_number=number,
                tag=method.delivery_tag,
                exchange=method.exchange,
                routing_key=method.routing_key,
                redelivered=method.redelivered,
                properties=properties,
                body=body,
            )
        )

    def _drop_waiting(self) -> None:
        # The broker gives them again on the next connection.
        with suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
