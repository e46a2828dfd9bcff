"""Reading one queue: deliveries wait here until the worker takes them, and stay the broker's until it acks them.

Messages are handled off the connection's thread, so that a handler longer than the heartbeat costs no connection.

What was given before and not settled may have killed a worker. While such suspects come, the prefetch is 1: a
killer then takes no neighbours along, whose count of deliveries the broker limits.
"""

import queue
import threading
from contextlib import suppress
from functools import partial
from itertools import count
from time import monotonic

import pika
import structlog
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic

from broker.connection import CONNECTION_ERRORS, keep_connected, parameters
from broker.declaring import Declaring
from broker.delivery import Delivery
from broker.metrics import show_while_ready
from broker.settings import BrokerSettings
from broker.watchdog import Watchdog

log = structlog.get_logger()

#: Acks and close requests from other threads wait at most so long for the connection's thread.
SERVE_SECONDS = 1.0
#: At the end the acks that other threads asked for get so long to leave.
LAST_ACKS_SECONDS = 0.1
#: A connection whose thread has not turned for so long can't be called ready.
HUNG_SECONDS = 30.0


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
        self._narrow = True
        self._turned_at = 0.0
        self._watchdog = Watchdog(queue_name)
        self._thread = threading.Thread(target=self._run, name=f"{name}-io", daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        show_while_ready(self._name, self)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """True while the broker delivers to us."""
        return self._consuming.is_set() and monotonic() - self._turned_at < HUNG_SECONDS

    @property
    def in_flight(self) -> int:
        """How many deliveries came, and are not acked yet."""
        return self._watchdog.in_flight if self._consuming.is_set() else 0

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
            connection.add_callback_threadsafe(partial(self._ack, channel, last.tag))

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
        connection = pika.BlockingConnection(parameters(self._settings, self._name))
        try:
            declaring = Declaring(connection, self._settings.retry_delays_seconds)
            while not self._stop.is_set():
                declaring.declare()
                self._consume(connection, connection.channel())
        finally:
            self._current = None
            self._consuming.clear()
            self._drop_waiting()
            with suppress(*CONNECTION_ERRORS):
                connection.close()

    def _consume(self, connection: pika.BlockingConnection, channel: BlockingChannel) -> None:
        number = next(self._numbers)
        self._current = (number, connection, channel)
        cancelled = threading.Event()
        channel.add_on_cancel_callback(lambda _: cancelled.set())
        self._watchdog.reset()
        # Whoever had the queue before may have been killed by what comes first.
        self._narrow = True
        consumer, narrow = self._begin(channel, number), True
        self._turned_at = monotonic()
        self._consuming.set()
        while not self._stop.is_set():
            connection.process_data_events(time_limit=SERVE_SECONDS)
            self._turned_at = monotonic()
            if cancelled.is_set() or not channel.is_open:
                raise ConsumerCancelled(f"the broker cancelled the consumer of {self._queue}")
            if self._narrow is not narrow:
                channel.basic_cancel(consumer)
                consumer, narrow = self._begin(channel, number), self._narrow
            self._watchdog.look(channel)
            if self._watchdog.was_idle_for_long:
                channel.close()
                self._drop_waiting()
                return
        connection.process_data_events(time_limit=LAST_ACKS_SECONDS)

    def _begin(self, channel: BlockingChannel, number: int) -> str:
        # A prefetch is for consumers that begin after it was set: quorum queues know no other.
        channel.basic_qos(prefetch_count=1 if self._narrow else self._prefetch)
        return str(channel.basic_consume(self._queue, partial(self._on_message, number)))

    def _ack(self, channel: BlockingChannel, tag: int) -> None:
        channel.basic_ack(tag, multiple=True)
        self._watchdog.acked(tag)

    def _on_message(
        self,
        number: int,
        _channel: BlockingChannel,
        method: Basic.Deliver,
        properties: pika.BasicProperties,
        body: bytes,
    ) -> None:
        delivery = Delivery(
            channel_number=number,
            tag=method.delivery_tag,
            exchange=method.exchange,
            routing_key=method.routing_key,
            redelivered=method.redelivered,
            properties=properties,
            body=body,
        )
        self._narrow = delivery.is_suspect
        self._watchdog.arrived(delivery.tag)
        self._waiting.put(delivery)

    def _drop_waiting(self) -> None:
        # The broker gives them again on the next connection.
        with suppress(queue.Empty):
            while True:
                self._waiting.get_nowait()
