"""Publishing: a method, a header and a body become a message in every queue that it is routed to."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.channel import Channel
from broker.embedded.errors import ChannelRefused, NotImplementedHere
from broker.embedded.message import Content
from broker.embedded.properties import Properties, read_properties
from broker.embedded.queue import Queue

USER = "guest"


def publish(channel: Channel, method: Any, raw_properties: bytes, body: bytes) -> None:
    """Route a whole message; it is confirmed when it is on the disk, in every queue that takes it."""
    properties = read_properties(raw_properties)
    _refuse_what_is_odd(channel, method, properties)
    queues = channel.broker.route(method.exchange, method.routing_key)
    if not queues and method.mandatory:
        _return(channel, method, raw_properties, body)
    content = Content(method.exchange, method.routing_key, raw_properties, body)
    taken = [queue for queue in queues if _enqueue(queue, content, properties)]
    if channel.confirming:
        _confirm_later(channel, everywhere=len(taken) == len(queues))


def _enqueue(queue: Queue, content: Content, properties: Properties) -> bool:
    if queue.full:
        return False
    queue.publish(content, _milliseconds(properties.expiration), persistent=properties.persistent)
    return True


def _confirm_later(channel: Channel, *, everywhere: bool) -> None:
    channel.published += 1
    if not everywhere:
        channel.turned_away.append(channel.published)
    channel.broker.store.confirm_after_commit(channel, channel.published)


def _return(channel: Channel, method: Any, properties: bytes, body: bytes) -> None:
    answer = spec.Basic.Return(312, "NO_ROUTE", method.exchange, method.routing_key)
    channel.client.send_message(channel.number, answer, properties, body)


def _refuse_what_is_odd(channel: Channel, method: Any, properties: Properties) -> None:
    if method.immediate:
        raise NotImplementedHere("immediate=true")
    if method.exchange and channel.broker.exchange(method.exchange).internal:
        raise ChannelRefused(403, f"cannot publish to internal exchange '{method.exchange}' in vhost '/'")
    if properties.user_id not in {None, USER}:
        raise ChannelRefused(
            406, f"user_id property set to '{properties.user_id}' but authenticated user was '{USER}'"
        )
    for name in properties.header_names & {"CC", "BCC"}:
        raise NotImplementedHere(f"header {name!r} (sender-selected distribution)")
    _milliseconds(properties.expiration)


def _milliseconds(expiration: str | None) -> int | None:
    if expiration is None:
        return None
    if not (expiration.isascii() and expiration.isdigit()):
        raise ChannelRefused(406, f"invalid expiration '{expiration}'")
    return int(expiration)
