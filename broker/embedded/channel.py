"""A channel: what one client thread of work has consumed, not yet settled, and not yet had confirmed."""
# mypy: allow-untyped-calls

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from pika import spec
from pika.compat import long

from broker.embedded.broker import Broker
from broker.embedded.definitions import delete_queue
from broker.embedded.errors import ChannelRefused
from broker.embedded.message import Message
from broker.embedded.properties import edit_properties
from broker.embedded.queue import Queue


class Client(Protocol):
    """The connection, as its channels see it."""

    capabilities: dict[str, Any]

    @property
    def writable(self) -> bool:
        """True while it may be given messages."""

    def send(self, channel: int, method: Any) -> None:
        """Send a method."""

    def send_message(self, channel: int, method: Any, properties: bytes, body: bytes) -> None:
        """Send a method that carries a message."""


@dataclass(slots=True, eq=False)
class Consumer:
    """One ``basic.consume``: takes what its prefetch and its connection's buffer have room for."""

    tag: str
    channel: "Channel"
    queue: Queue
    no_ack: bool
    exclusive: bool
    prefetch: int
    held: int = 0

    def ready(self) -> bool:
        """True if one more message may be given now."""
        return (self.prefetch == 0 or self.held < self.prefetch) and self.channel.client.writable

    def take(self, message: Message) -> None:
        """Send the message to the client."""
        self.channel.deliver(self, message)

    def queue_deleted(self) -> None:
        """Tell the client, if it understands that, that there will be no more."""
        self.channel.consumers.pop(self.tag, None)
        if self.channel.client.capabilities.get("consumer_cancel_notify"):
            self.channel.send(spec.Basic.Cancel(self.tag, nowait=True))


@dataclass(slots=True, eq=False)
class Unsettled:
    """A message that a client holds: it is acknowledged, rejected, or given back in the end."""

    message: Message
    queue: Queue
    consumer: Consumer | None


class Channel:
    """Whatever is still unsettled when it ends goes back to its queues."""

    def __init__(self, number: int, client: Client, broker: Broker) -> None:
        self.number, self.client, self.broker = number, client, broker
        self.consumers: dict[str, Consumer] = {}
        self.unsettled: dict[int, Unsettled] = {}
        self.prefetch = 0
        self.last_queue = ""
        self.confirming = False
        self.published = 0
        #: Numbers of publishes that a full queue refused, until the client is told.
        self.turned_away: list[int] = []
        self._confirmed = 0
        self._last_tag = 0

    def send(self, method: Any) -> None:
        """Send a method on this channel."""
        self.client.send(self.number, method)

    def deliver(self, consumer: Consumer, message: Message) -> None:
        """Push a message to a consumer, which holds it until it is settled."""
        queue = consumer.queue
        redelivered = message.deliveries > 0
        properties, body, exchange, routing_key = self._open(queue, message)
        tag = self._hold(queue, message, consumer if not consumer.no_ack else None, no_ack=consumer.no_ack)
        method = spec.Basic.Deliver(consumer.tag, tag, redelivered, exchange, routing_key)
        self.client.send_message(self.number, method, properties, body)

    def hand_over(self, queue: Queue, message: Message, *, no_ack: bool) -> None:
        """Answer a ``basic.get`` with a message."""
        redelivered = message.deliveries > 0
        properties, body, exchange, routing_key = self._open(queue, message)
        tag = self._hold(queue, message, None, no_ack=no_ack)
        method = spec.Basic.GetOk(tag, redelivered, exchange, routing_key, queue.waiting)
        self.client.send_message(self.number, method, properties, body)

    def take_out(self, tag: int, *, multiple: bool) -> list[Unsettled]:
        """The messages that a settlement is about, no longer held; an unknown tag is refused."""
        if multiple and tag == 0:
            tags = list(self.unsettled)
        elif tag not in self.unsettled:
            raise ChannelRefused(406, f"unknown delivery tag {tag}")
        else:
            tags = self._up_to(tag) if multiple else [tag]
        taken = [self.unsettled.pop(each) for each in tags]
        for each in taken:
            if each.consumer is not None:
                each.consumer.held -= 1
        return taken

    def confirm(self, published: int) -> None:
        """Confirm to the client everything it has published up to this number, but for what was turned away."""
        turned_away, self.turned_away = self.turned_away, []
        for each in turned_away:
            self._ack_up_to(each - 1)
            self.send(spec.Basic.Nack(each, requeue=False))
            self._confirmed = each
        self._ack_up_to(published)

    def end(self) -> None:
        """Stop consuming, and give back all that is unsettled."""
        self._confirmed, self.turned_away = self.published, []
        for consumer in list(self.consumers.values()):
            self.stop(consumer)
        give_back(self.take_out(0, multiple=True))

    def stop(self, consumer: Consumer) -> None:
        """Take a consumer off its queue, which goes with its last one if it was declared so."""
        del self.consumers[consumer.tag]
        queue = consumer.queue
        queue.consumers.remove(consumer)
        if queue.definition.auto_delete and not queue.consumers:
            delete_queue(self.broker, queue)

    def _ack_up_to(self, published: int) -> None:
        if published > self._confirmed:
            self.send(spec.Basic.Ack(published, multiple=published > self._confirmed + 1))
            self._confirmed = published

    def _up_to(self, tag: int) -> list[int]:
        tags = []
        for each in self.unsettled:
            if each > tag:
                break
            tags.append(each)
        return tags

    def _open(self, queue: Queue, message: Message) -> tuple[bytes, bytes, str, str]:
        content = self.broker.store.content(message)
        properties = content.properties
        if queue.options.quorum and message.deliveries:
            properties = edit_properties(properties, {"x-delivery-count": long(message.deliveries)})
        return properties, content.body, content.exchange, content.routing_key

    def _hold(self, queue: Queue, message: Message, consumer: Consumer | None, *, no_ack: bool) -> int:
        self._last_tag += 1
        if no_ack:
            queue.settle(message)
            return self._last_tag
        self.broker.store.delivered(message)
        self.unsettled[self._last_tag] = Unsettled(message, queue, consumer)
        if consumer is not None:
            consumer.held += 1
        return self._last_tag


def give_back(taken: Iterable[Unsettled]) -> None:
    """Return messages to their queues, and let the next consumers have them."""
    by_queue: dict[Queue, list[Message]] = {}
    for each in taken:
        by_queue.setdefault(each.queue, []).append(each.message)
    for queue, messages in by_queue.items():
        queue.give_back(messages)
