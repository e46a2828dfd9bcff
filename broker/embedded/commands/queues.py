"""Methods about queues and their bindings."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.arguments import read_arguments
from broker.embedded.channel import Channel
from broker.embedded.definitions import bind as bind_queue
from broker.embedded.definitions import declare_queue, delete_queue, find_queue
from broker.embedded.definitions import unbind as unbind_queue
from broker.embedded.errors import ChannelRefused, NotImplementedHere
from broker.embedded.queue import Definition, Queue


def declare(channel: Channel, method: Any) -> None:
    """Make a queue, or ask whether it is there and how much waits in it."""
    if method.passive:
        queue = named_queue(channel, method.queue)
    else:
        queue = declare_queue(channel.broker, _wanted(channel, method))
    channel.last_queue = queue.name
    if not method.nowait:
        channel.send(spec.Queue.DeclareOk(queue.name, queue.waiting, len(queue.consumers)))


def bind(channel: Channel, method: Any) -> None:
    """Lead messages from an exchange to a queue."""
    queue = named_queue(channel, method.queue)
    exchange = channel.broker.exchange(method.exchange)
    if exchange.name == "":
        raise ChannelRefused(403, "operation not permitted on the default exchange")
    _refuse_arguments("binding", method.arguments)
    bind_queue(channel.broker, exchange, queue, _key(channel, method))
    if not method.nowait:
        channel.send(spec.Queue.BindOk())


def unbind(channel: Channel, method: Any) -> None:
    """Take a binding away; one that isn't there is away already."""
    if method.exchange == "":
        raise ChannelRefused(403, "operation not permitted on the default exchange")
    exchange = channel.broker.exchanges.get(method.exchange)
    if exchange is not None:
        unbind_queue(channel.broker, exchange, method.queue or channel.last_queue, _key(channel, method))
    channel.send(spec.Queue.UnbindOk())


def purge(channel: Channel, method: Any) -> None:
    """Forget what waits in a queue, not what clients hold of it."""
    gone = named_queue(channel, method.queue).purge()
    channel.broker.store.commit()
    if not method.nowait:
        channel.send(spec.Queue.PurgeOk(gone))


def delete(channel: Channel, method: Any) -> None:
    """Delete a queue; one that isn't there is deleted already."""
    waiting = 0
    if (method.queue or channel.last_queue) in channel.broker.queues:
        queue = named_queue(channel, method.queue)
        _refuse_if_needed(queue, method)
        waiting = delete_queue(channel.broker, queue)
    if not method.nowait:
        channel.send(spec.Queue.DeleteOk(waiting))


def named_queue(channel: Channel, name: str) -> Queue:
    """The queue that a method names; without a name it is the one declared last on this channel."""
    return find_queue(channel.broker, name or channel.last_queue, channel.client)


def _wanted(channel: Channel, method: Any) -> Definition:
    arguments = method.arguments or {}
    return Definition(
        id=0,
        name=method.queue,
        durable=method.durable and not method.exclusive,
        auto_delete=method.auto_delete,
        arguments=arguments,
        options=read_arguments(method.queue, arguments),
        owner=channel.client if method.exclusive else None,
    )


def _refuse_if_needed(queue: Queue, method: Any) -> None:
    if method.if_unused and queue.consumers:
        raise ChannelRefused(406, f"queue '{queue.name}' in vhost '/' in use")
    if method.if_empty and queue.waiting:
        raise ChannelRefused(406, f"queue '{queue.name}' in vhost '/' not empty")


def _refuse_arguments(what: str, arguments: dict[str, Any] | None) -> None:
    for name in arguments or {}:
        raise NotImplementedHere(f"argument '{name}' of a {what}")


def _key(channel: Channel, method: Any) -> str:
    return str(method.routing_key or ("" if method.queue else channel.last_queue))


COMMANDS = {
    "Queue.Declare": declare,
    "Queue.Bind": bind,
    "Queue.Unbind": unbind,
    "Queue.Purge": purge,
    "Queue.Delete": delete,
}
