"""Methods that decide what becomes of a message that the client holds."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.channel import Channel, Unsettled, give_back
from broker.embedded.dead_lettering import REJECTED
from broker.embedded.errors import NotImplementedHere


def ack(channel: Channel, method: Any) -> None:
    """The client is done with them: forget them."""
    taken = channel.take_out(method.delivery_tag, multiple=method.multiple)
    for each in taken:
        each.queue.settle(each.message)
    _pump(taken)


def nack(channel: Channel, method: Any) -> None:
    """The client can't handle them: give them back, or let them go where dead letters go."""
    taken = channel.take_out(method.delivery_tag, multiple=method.multiple)
    if method.requeue:
        give_back(taken)
        return
    for each in taken:
        each.queue.reject(each.message, REJECTED)
    _pump(taken)


def reject(channel: Channel, method: Any) -> None:
    """The same for one."""
    method.multiple = False
    nack(channel, method)


def recover(channel: Channel, method: Any) -> None:
    """Give back everything that this channel holds."""
    recover_silently(channel, method)
    channel.send(spec.Basic.RecoverOk())


def recover_silently(channel: Channel, method: Any) -> None:
    """The same without an answer."""
    if not method.requeue:
        raise NotImplementedHere("requeue=false")
    give_back(channel.take_out(0, multiple=True))


def _pump(taken: list[Unsettled]) -> None:
    for queue in {each.queue for each in taken}:
        queue.pump()


COMMANDS = {
    "Basic.Ack": ack,
    "Basic.Nack": nack,
    "Basic.Reject": reject,
    "Basic.Recover": recover,
    "Basic.RecoverAsync": recover_silently,
}
