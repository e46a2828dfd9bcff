"""Methods about the channel itself: its flow, its prefetch, its confirms."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.channel import Channel
from broker.embedded.errors import NotImplementedHere


def flow(channel: Channel, method: Any) -> None:
    """Answer a client that wants messages to flow; one that doesn't has its prefetch for that."""
    if not method.active:
        raise NotImplementedHere("active=false")
    channel.send(spec.Channel.FlowOk(active=True))


def qos(channel: Channel, method: Any) -> None:
    """Set the prefetch of the consumers that will start on this channel."""
    if method.prefetch_size:
        raise NotImplementedHere(f"prefetch_size!=0 ({method.prefetch_size})")
    if method.global_qos:
        raise NotImplementedHere("global=true")
    channel.prefetch = method.prefetch_count
    channel.send(spec.Basic.QosOk())


def confirm(channel: Channel, method: Any) -> None:
    """Confirm from now on what is published on this channel."""
    channel.confirming = True
    if not method.nowait:
        channel.send(spec.Confirm.SelectOk())


COMMANDS = {"Channel.Flow": flow, "Basic.Qos": qos, "Confirm.Select": confirm}
