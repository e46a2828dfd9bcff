"""One client's connection: the conversation on channel 0, and an end that is told to both sides."""
# mypy: allow-untyped-calls

import asyncio
import contextlib
import logging
from typing import Any

from pika import spec

from broker.embedded import handshake
from broker.embedded.broker import Broker
from broker.embedded.definitions import delete_queues_of
from broker.embedded.errors import ConnectionRefused, StoreFailed
from broker.embedded.frames import (
    HEARTBEAT,
    HEARTBEAT_FRAME,
    METHOD,
    Frame,
    FrameReader,
    content_frames,
    decode_method,
    method_frame,
)
from broker.embedded.handshake import PROTOCOL_HEADER, Tuning
from broker.embedded.multiplexer import Multiplexer, close_method
from broker.embedded.outgoing import Outgoing

log = logging.getLogger(__name__)
#: Seconds for the first words, and for the last.
HANDSHAKE_SECONDS = 10.0
CLOSING_SECONDS = 5.0
ACCESS_REFUSED, FRAME_ERROR = 403, 501


class Connection(asyncio.Protocol):
    """Speaks AMQP 0-9-1 with one client; whatever that client does, the others don't notice."""

    def __init__(self, broker: Broker, everyone: set["Connection"]) -> None:
        self.capabilities: dict[str, Any] = {}
        self._broker, self._everyone = broker, everyone
        self._channels = Multiplexer(self, broker)
        self._reader = FrameReader()
        self._greeting = b""
        self._expected = "Connection.StartOk"
        self._tuning = Tuning()
        self._closing = False
        #: Its frames make no sense any more: what still comes is dropped unread.
        self._deaf = False
        self._timers: list[asyncio.TimerHandle] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Wait for the client's first words, but not for ever."""
        assert isinstance(transport, asyncio.Transport)  # nosec B101 # noqa: S101 asyncio's promise for TCP
        self._transport = transport
        self._out = Outgoing(transport)
        self._peer = "{}:{}".format(*transport.get_extra_info("peername")[:2])
        self._received_at = asyncio.get_running_loop().time()
        self._everyone.add(self)
        self._after(HANDSHAKE_SECONDS, self._give_up_unless_open)

    def data_received(self, data: bytes) -> None:
        """Take what came, as far as it makes sense."""
        self._received_at = asyncio.get_running_loop().time()
        if len(self._greeting) < len(PROTOCOL_HEADER):
            data = self._greet(data)
        if not self._deaf:
            self._work(data)

    def _work(self, data: bytes) -> None:
        try:
            for frame in self._reader.feed(data):
                self._take(frame)
                if self._out.choked:
                    break
        except ConnectionRefused as refusal:
            self._deaf = self._closing or refusal.code == FRAME_ERROR
            self.refuse(refusal)
        except StoreFailed:
            self._transport.abort()
        except Exception:  # a frame is a unit of work: a fault in it must not reach other clients
            log.exception("connection %s: failed", self._peer)
            self.refuse(ConnectionRefused(541, "internal error"))

    def pause_writing(self) -> None:
        """The client reads slower than it is sent to."""
        self._out.full = True

    def resume_writing(self) -> None:
        """The client has caught up."""
        self._out.drained()
        self._work(b"")
        self._channels.consumed_queues_wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give back what the client held."""
        self._everyone.discard(self)
        for timer in self._timers:
            timer.cancel()
        with contextlib.suppress(StoreFailed):
            self._release()
        log.debug("connection %s: closed%s", self._peer, f" ({exc})" if exc else "")

    @property
    def writable(self) -> bool:
        """True while the client may be given messages."""
        return self._out.room and not self._closing

    def send(self, channel: int, method: Any) -> None:
        """Send a method."""
        self._out.add(method_frame(channel, method))

    def send_message(self, channel: int, method: Any, properties: bytes, body: bytes) -> None:
        """Send a method that carries a message."""
        frames = content_frames(channel, properties, body, self._tuning.frame_max)
        self._out.add(method_frame(channel, method), *frames)

    def refuse(self, refusal: ConnectionRefused, method: Any = None) -> None:
        """Tell the client why this connection ends, take nothing more from it, and don't wait long for its answer."""
        if self._closing or self._transport.is_closing():
            return
        log.warning("connection %s: %s", self._peer, refusal)
        self._closing = True
        self._release()
        if refusal.code == ACCESS_REFUSED and not self.capabilities.get("authentication_failure_close"):
            self._hang_up()
            return
        self.send(0, close_method(spec.Connection.Close, refusal, method))
        self._after(CLOSING_SECONDS, self._transport.abort)

    def abort(self) -> None:
        """Drop the connection without another word."""
        self._transport.abort()

    def _greet(self, data: bytes) -> bytes:
        """Take the protocol header off; any other protocol is told which one is spoken here."""
        missing = len(PROTOCOL_HEADER) - len(self._greeting)
        self._greeting += data[:missing]
        if not PROTOCOL_HEADER.startswith(self._greeting):
            self._out.add(PROTOCOL_HEADER)
            self._closing = True
            self._hang_up()
        elif self._greeting == PROTOCOL_HEADER:
            self.send(0, handshake.start())
        return data[missing:]

    def _take(self, frame: Frame) -> None:
        if self._closing:
            self._wait_for_close_ok(frame)
        elif frame.kind == HEARTBEAT:
            if frame.channel or frame.payload:
                raise ConnectionRefused(501, "a heartbeat with a channel or a payload")
        elif frame.channel:
            if self._expected:
                raise ConnectionRefused(504, "the connection is not open yet")
            self._channels.frame(frame)
        elif frame.kind == METHOD:
            self._converse(decode_method(frame.payload))
        else:
            raise ConnectionRefused(505, "a content frame on channel 0")

    def _converse(self, method: Any) -> None:
        if method.NAME == "Connection.Close":
            self.send(0, spec.Connection.CloseOk())
            self._closing = True
            self._hang_up()
        elif self._expected != method.NAME:
            raise ConnectionRefused(503, f"{method.NAME} where {self._expected or 'nothing'} was expected")
        else:
            _STEPS[self._expected](self, method)

    def started(self, method: Any) -> None:
        """The client says who it is."""
        self.capabilities = (method.client_properties or {}).get("capabilities") or {}
        handshake.authenticate(method.mechanism, method.response)
        self.send(0, handshake.tune())
        self._expected = "Connection.TuneOk"

    def tuned(self, method: Any) -> None:
        """The client says how large and how often."""
        self._tuning = handshake.agree(method)
        self._reader.frame_max = self._tuning.frame_max
        self._channels.channel_max = self._tuning.channel_max
        self._expected = "Connection.Open"
        if self._tuning.heartbeat:
            self._beat()

    def opened(self, method: Any) -> None:
        """The client says where to."""
        handshake.enter(method.virtual_host)
        self._expected = ""
        self.send(0, spec.Connection.OpenOk())
        log.debug("connection %s: open", self._peer)

    def _beat(self) -> None:
        """Show a silent client that we live, and cut one that has been silent for two heartbeats."""
        now = asyncio.get_running_loop().time()
        if now - self._received_at > 2 * self._tuning.heartbeat:
            log.warning("connection %s: missed heartbeats, cut", self._peer)
            self._transport.abort()
            return
        if now - self._out.sent_at >= self._tuning.heartbeat / 2:
            self._out.add(HEARTBEAT_FRAME)
        self._after(self._tuning.heartbeat / 2, self._beat)

    def _give_up_unless_open(self) -> None:
        if self._expected:
            log.warning("connection %s: no handshake, cut", self._peer)
            self._transport.abort()

    def _wait_for_close_ok(self, frame: Frame) -> None:
        if frame.kind == METHOD and frame.channel == 0:
            method = decode_method(frame.payload)
            if method.NAME in {"Connection.CloseOk", "Connection.Close"}:
                self._hang_up()

    def _hang_up(self) -> None:
        self._out.flush()
        self._transport.close()
        self._after(CLOSING_SECONDS, self._transport.abort)

    def _release(self) -> None:
        self._channels.end()
        delete_queues_of(self._broker, self)

    def _after(self, seconds: float, do: Any) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, do))


_STEPS = {
    "Connection.StartOk": Connection.started,
    "Connection.TuneOk": Connection.tuned,
    "Connection.Open": Connection.opened,
}
