"""Publishing with confirms: many messages in flight, none taken for sent before the broker said so."""

import threading
from collections import deque
from functools import partial
from time import monotonic
from typing import Any

import pika
import structlog
from pika.channel import Channel
from pika.spec import Basic

from broker.confirms import Confirms, Fate
from broker.connection import declare_topology, keep_connected, parameters
from broker.errors import BrokerUnavailable
from broker.message import Message
from broker.metrics import CONFIRM_SECONDS, show_while_ready
from broker.settings import BrokerSettings

log = structlog.get_logger()


class Publisher:
    """Publishes from a connection of its own, on a thread of its own, and makes it again whenever it is lost."""

    def __init__(self, settings: BrokerSettings, *, name: str) -> None:
        self._settings = settings
        self._name = name
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._opened = threading.Event()
        self._connection: pika.SelectConnection | None = None
        self._channel: Channel | None = None
        self._batches: list[Confirms] = []
        self._in_flight: deque[tuple[int, Confirms, int]] = deque()
        self._next_tag = 1
        self._lost: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"{name}-io", daemon=True)

    def start(self) -> None:
        """Begin to connect; returns at once."""
        show_while_ready(self._name, self)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """True while a channel is open."""
        return self._opened.is_set()

    def send(self, messages: list[Message]) -> Confirms:
        """Hand a batch to the broker and return at once; BrokerUnavailable if no connection is open."""
        confirms = Confirms(messages)
        with self._lock:
            if self._channel is None or self._connection is None or not self._opened.is_set():
                raise BrokerUnavailable("no connection to the broker")
            self._batches.append(confirms)
            self._connection.ioloop.add_callback_threadsafe(partial(self._publish, self._channel, confirms))
        return confirms

    def publish(self, messages: list[Message], timeout_seconds: float) -> list[Fate]:
        """Hand a batch to the broker and wait for all its fates; those not known in time stay UNKNOWN."""
        deadline = monotonic() + timeout_seconds
        if not self._opened.wait(timeout_seconds):
            raise BrokerUnavailable("no connection to the broker")
        confirms = self.send(messages)
        confirms.wait(max(0.0, deadline - monotonic()))
        return list(confirms.fates)

    def close(self) -> None:
        """Close the connection in good order; what is not confirmed by then stays UNKNOWN."""
        self._stop.set()
        with self._lock:
            if self._connection is not None:
                self._connection.ioloop.add_callback_threadsafe(self._close_connection)
        if self._thread.ident is not None:
            self._thread.join(5)

    def _run(self) -> None:
        keep_connected(self._connect_and_serve, self._stop, self._name)

    def _connect_and_serve(self) -> None:
        declare_topology(self._settings, self._name)
        self._lost = None
        connection = pika.SelectConnection(
            parameters(self._settings, self._name),
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
        )
        with self._lock:
            self._connection = connection
        try:
            if not self._stop.is_set():
                connection.ioloop.start()
        finally:
            self._forget()
            connection.ioloop.close()
        self._raise_what_was_lost()

    def _raise_what_was_lost(self) -> None:
        if self._lost is not None and not self._stop.is_set():
            raise self._lost

    def _on_open(self, connection: pika.SelectConnection) -> None:
        # While the broker is short of memory or disk it takes nothing: not ready, rather than ever more in flight.
        connection.add_on_connection_blocked_callback(lambda *_: self._opened.clear())
        connection.add_on_connection_unblocked_callback(lambda *_: self._opened.set())
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        channel.add_on_close_callback(self._on_channel_closed)
        channel.add_on_return_callback(self._on_return)
        self._next_tag = 1
        channel.confirm_delivery(self._on_confirm, callback=lambda _: self._on_confirming(channel))

    def _on_confirming(self, channel: Channel) -> None:
        with self._lock:
            self._channel = channel
        self._opened.set()

    def _publish(self, channel: Channel, confirms: Confirms) -> None:
        if not channel.is_open:
            return
        for index, message in enumerate(confirms.messages):
            try:
                channel.basic_publish(
                    message.exchange, message.routing_key, message.body, message.properties(), message.mandatory
                )
            except Exception:
                # Pika could not put it into frames, and nothing of it was sent: it costs only itself.
                log.exception("message.not_sent", message_id=message.message_id)
                confirms.settle(index, Fate.REFUSED)
            else:
                self._in_flight.append((self._next_tag, confirms, index))
                self._next_tag += 1

    def _on_return(self, _channel: Channel, _method: Any, properties: pika.BasicProperties, _body: bytes) -> None:
        for batch in self._batches:
            batch.returned(properties.message_id)

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        fate = Fate.CONFIRMED if isinstance(method, Basic.Ack) else Fate.REFUSED
        for confirms, index in self._settled(method.delivery_tag, multiple=method.multiple):
            confirms.settle(index, fate)
        with self._lock:
            complete = [batch for batch in self._batches if batch.wait(0)]
            self._batches = [batch for batch in self._batches if batch not in complete]
        for batch in complete:
            CONFIRM_SECONDS.labels(self._name).observe(monotonic() - batch.handed_at)

    def _settled(self, tag: int, *, multiple: bool) -> list[tuple[Confirms, int]]:
        if multiple:
            settled = []
            while self._in_flight and self._in_flight[0][0] <= tag:
                settled.append(self._in_flight.popleft()[1:])
            return settled
        for position, (known, confirms, index) in enumerate(self._in_flight):
            if known == tag:
                del self._in_flight[position]
                return [(confirms, index)]
        return []

    def _on_channel_closed(self, channel: Channel, reason: Exception) -> None:
        self._lost = reason
        if channel.connection.is_open:
            channel.connection.close()

    def _on_lost(self, connection: pika.SelectConnection, reason: BaseException | str) -> None:
        if self._lost is None:
            self._lost = reason if isinstance(reason, BaseException) else OSError(reason)
        self._forget()
        connection.ioloop.stop()

    def _forget(self) -> None:
        with self._lock:
            self._opened.clear()
            self._channel = self._connection = None
            batches, self._batches = self._batches, []
            self._in_flight.clear()
        for batch in batches:
            batch.abandon()

    def _close_connection(self) -> None:
        connection = self._connection
        if connection is not None and connection.is_open:
            connection.close()
        elif connection is not None:
            connection.ioloop.stop()
