"""Many channels on one connection: each frame finds its channel, and an error closes that channel alone."""
# mypy: allow-untyped-calls

from typing import Any

from pika import spec

from broker.embedded.broker import Broker
from broker.embedded.channel import Channel, Client
from broker.embedded.commands import COMMANDS
from broker.embedded.errors import ChannelRefused, ConnectionRefused
from broker.embedded.frames import BODY, HEADER, METHOD, Frame, decode_method
from broker.embedded.incoming import Incoming
from broker.embedded.publishing import publish


class Multiplexer:
    """The channels of one connection."""

    def __init__(self, client: Client, broker: Broker) -> None:
        self.channel_max = 0
        self._client, self._broker = client, broker
        self._open: dict[int, Channel] = {}
        self._incoming: dict[int, Incoming] = {}
        #: Closed by us, but the client hasn't said that it knows: what it sent before that is ignored.
        self._ending: set[int] = set()

    def frame(self, frame: Frame) -> None:
        """Take a frame for one of the channels."""
        method = decode_method(frame.payload) if frame.kind == METHOD else None
        if frame.channel in self._ending:
            self._wait_for_the_end(frame.channel, method)
            return
        try:
            self._take(frame, method)
        except ChannelRefused as refusal:
            self._close(frame.channel, method, refusal)

    def end(self) -> None:
        """End all channels; what they held goes back to its queues."""
        channels, self._open = self._open, {}
        self._incoming.clear()
        for channel in channels.values():
            channel.end()

    def consumed_queues_wake(self) -> None:
        """The client has room for messages again: let its queues know."""
        consumers = [consumer for channel in self._open.values() for consumer in channel.consumers.values()]
        for queue in {consumer.queue for consumer in consumers}:
            queue.pump()

    def _take(self, frame: Frame, method: Any) -> None:
        number = frame.channel
        if method is not None and method.NAME == "Channel.Open":
            self._open_channel(number)
        elif number not in self._open:
            raise ConnectionRefused(504, "expected 'channel.open'")
        elif method is None:
            self._content(self._open[number], frame)
        elif number in self._incoming:
            raise ConnectionRefused(505, f"{method.NAME} where the content of a message was expected")
        else:
            self._method(self._open[number], method)

    def _method(self, channel: Channel, method: Any) -> None:
        if method.NAME == "Basic.Publish":
            self._incoming[channel.number] = Incoming(method)
        elif method.NAME == "Channel.Close":
            self._open.pop(channel.number).end()
            channel.send(spec.Channel.CloseOk())
        elif method.NAME in COMMANDS:
            COMMANDS[method.NAME](channel, method)
        else:
            raise ConnectionRefused(503, f"{method.NAME} is not for clients to send here")

    def _content(self, channel: Channel, frame: Frame) -> None:
        incoming = self._incoming.get(channel.number)
        if incoming is None or frame.kind not in {HEADER, BODY}:
            raise ConnectionRefused(505, "a content frame where a method was expected")
        take = incoming.header if frame.kind == HEADER else incoming.fragment
        take(frame.payload)
        if incoming.complete and incoming.properties is not None:
            del self._incoming[channel.number]
            publish(channel, incoming.method, incoming.properties, incoming.body)

    def _open_channel(self, number: int) -> None:
        if number in self._open:
            raise ConnectionRefused(504, "second 'channel.open' seen")
        if number > self.channel_max:
            raise ConnectionRefused(530, f"channel {number} is over the negotiated maximum of {self.channel_max}")
        self._open[number] = Channel(number, self._client, self._broker)
        self._client.send(number, spec.Channel.OpenOk())

    def _close(self, number: int, method: Any, refusal: ChannelRefused) -> None:
        self._incoming.pop(number, None)
        self._open.pop(number).end()
        self._ending.add(number)
        self._client.send(number, close_method(spec.Channel.Close, refusal, method))

    def _wait_for_the_end(self, number: int, method: Any) -> None:
        name = "" if method is None else method.NAME
        if name == "Channel.Close":
            self._client.send(number, spec.Channel.CloseOk())
        if name in {"Channel.CloseOk", "Channel.Close"}:
            self._ending.discard(number)


def close_method(kind: Any, refusal: ChannelRefused | ConnectionRefused, method: Any) -> Any:
    """A channel.close or connection.close that names what was refused, and why."""
    index = 0 if method is None else method.INDEX
    return kind(refusal.code, refusal.reply_text, index >> 16, index & 0xFFFF)
