"""AMQP by hand: what no well-behaved client would send, and what one would never show."""

import contextlib
import socket
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pika.frame
from pika import spec

CAPABLE = {"capabilities": {"authentication_failure_close": True, "consumer_cancel_notify": True}}


#: Zero would be no limit, and RabbitMQ takes that for more than it offered.
CHANNEL_MAX = 2047


class Hangup(Exception):
    """The broker closed the socket."""


class RawClient:
    """A socket that sends frames as told, and reads what comes."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.socket = socket.create_connection((address.hostname, address.port), timeout=10)
        self._bytes = b""

    def send(self, method: Any, channel: int = 0) -> None:
        self.socket.sendall(pika.frame.Method(channel, method).marshal())

    def frame(self) -> Any:
        """The next frame; raises ``Hangup`` if there will be none."""
        while True:
            consumed, found = pika.frame.decode_frame(self._bytes)
            if found is not None:
                self._bytes = self._bytes[consumed:]
                return found
            self._bytes += self._receive()

    def method(self) -> Any:
        """The next method, passing over heartbeats."""
        while not isinstance(found := self.frame(), pika.frame.Method):
            pass
        return found.method

    def _receive(self) -> bytes:
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        if not data:
            raise Hangup
        return data

    def greet(self) -> None:
        self.socket.sendall(b"AMQP\x00\x00\x09\x01")
        assert isinstance(self.method(), spec.Connection.Start)

    def log_in(self, response: bytes = b"\0guest\0guest", mechanism: str = "PLAIN") -> None:
        self.greet()
        self.send(spec.Connection.StartOk(CAPABLE, mechanism, response, "en_US"))

    def open(self, heartbeat: int = 0, frame_max: int = 131072, vhost: str = "/") -> None:
        self.log_in()
        assert isinstance(self.method(), spec.Connection.Tune)
        self.send(spec.Connection.TuneOk(CHANNEL_MAX, frame_max, heartbeat))
        self.send(spec.Connection.Open(vhost))
        assert isinstance(self.method(), spec.Connection.OpenOk)

    def open_channel(self, number: int = 1) -> None:
        self.send(spec.Channel.Open(), number)
        assert isinstance(self.method(), spec.Channel.OpenOk)

    def is_cut(self) -> bool:
        """Wait until the broker has closed the connection, with a reason or without."""
        try:
            return isinstance(self.closing(), spec.Connection.Close)
        except Hangup:
            return True

    def closing(self) -> Any:
        """The close that the broker sends, after whatever else it sends."""
        while not isinstance(found := self.method(), spec.Connection.Close | spec.Channel.Close):
            pass
        return found


@contextlib.contextmanager
def raw_client(url: str) -> Iterator[RawClient]:
    client = RawClient(url)
    try:
        yield client
    finally:
        client.socket.close()


def frame_bytes(kind: int, channel: int, payload: bytes, end: bytes = b"\xce") -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + end
