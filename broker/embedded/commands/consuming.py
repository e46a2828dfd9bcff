"""Methods that ask for messages: pushed to a consumer, or one at a time."""
# mypy: allow-untyped-calls

import secrets
from typing import Any

from pika import spec

from broker.embedded.channel import Channel, Consumer
from broker.embedded.commands.queues import named_queue
from broker.embedded.errors import ChannelRefused, ConnectionRefused, NotImplementedHere
from broker.embedded.queue import Queue


def consume(channel: Channel, method: Any) -> None:
    """Push messages of a queue to the client from now on."""
    queue = named_queue(channel, method.queue)
    tag = method.consumer_tag or f"amq.ctag-{secrets.token_urlsafe(16)}"
    _refuse_what_is_odd(channel, queue, tag, method)
    consumer = Consumer(tag, channel, queue, method.no_ack, method.exclusive, channel.prefetch)
    channel.consumers[tag] = consumer
    queue.consumers.append(consumer)
    if not method.nowait:
        channel.send(spec.Basic.ConsumeOk(tag))
    queue.pump()


def cancel(channel: Channel, method: Any) -> None:
    """Stop pushing; what the client holds stays with it."""
    consumer = channel.consumers.get(method.consumer_tag)
    if consumer is not None:
        channel.stop(consumer)
    if not method.nowait:
        channel.send(spec.Basic.CancelOk(method.consumer_tag))


def get(channel: Channel, method: Any) -> None:
    """Hand over one message, or say that there is none."""
    queue = named_queue(channel, method.queue)
    _refuse_exclusive(queue)
    message = queue.get()
    if message is None:
        channel.send(spec.Basic.GetEmpty())
    else:
        channel.hand_over(queue, message, no_ack=method.no_ack)


def _refuse_what_is_odd(channel: Channel, queue: Queue, tag: str, method: Any) -> None:
    if tag in channel.consumers:
        raise ConnectionRefused(530, f"attempt to reuse consumer tag '{tag}'")
    for name in method.arguments or {}:
        raise NotImplementedHere(f"argument '{name}' of a consumer")
    if method.no_local:
        raise NotImplementedHere("no_local=true")
    if method.exclusive and queue.consumers:
        raise ChannelRefused(403, f"queue '{queue.name}' in vhost '/' in exclusive use")
    _refuse_exclusive(queue)


def _refuse_exclusive(queue: Queue) -> None:
    if any(consumer.exclusive for consumer in queue.consumers):
        raise ChannelRefused(403, f"queue '{queue.name}' in vhost '/' in exclusive use")


COMMANDS = {"Basic.Consume": consume, "Basic.Cancel": cancel, "Basic.Get": get}
