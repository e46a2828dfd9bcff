"""The first words on a connection: who are you, how large, how often, and where to."""
# mypy: allow-untyped-calls

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pika import data, spec

from broker.embedded.errors import ConnectionRefused
from broker.embedded.frames import FRAME_MAX, FRAME_MIN, UNDECODABLE

PROTOCOL_HEADER = b"AMQP\x00\x00\x09\x01"
#: The only one there is; whoever reaches the loopback of this machine may come in.
USER, PASSWORD = "guest", "guest"
CHANNEL_MAX = 2047
#: Seconds; what RabbitMQ suggests.
HEARTBEAT = 60
SERVER_PROPERTIES = {
    "product": "embedded broker",
    "version": "1.0.0",
    "platform": "Python",
    "capabilities": {
        "publisher_confirms": True,
        "exchange_exchange_bindings": False,
        "basic.nack": True,
        "consumer_cancel_notify": True,
        "connection.blocked": True,
        "consumer_priorities": False,
        "authentication_failure_close": True,
        "per_consumer_qos": True,
        "direct_reply_to": False,
    },
}


@dataclass(frozen=True, slots=True)
class Tuning:
    """What both ends have agreed on; a heartbeat of 0 seconds is none."""

    channel_max: int = CHANNEL_MAX
    frame_max: int = FRAME_MAX
    heartbeat: int = HEARTBEAT


def start() -> Any:
    """The greeting."""
    return spec.Connection.Start(0, 9, SERVER_PROPERTIES, "PLAIN AMQPLAIN", "en_US")


def tune() -> Any:
    """The offer."""
    return spec.Connection.Tune(CHANNEL_MAX, FRAME_MAX, HEARTBEAT)


def authenticate(mechanism: str, response: bytes) -> None:
    """Let guest in, and nobody else."""
    if mechanism not in _CREDENTIALS:
        raise ConnectionRefused(503, f"unknown authentication mechanism '{mechanism}'")
    try:
        credentials = _CREDENTIALS[mechanism](response)
    except UNDECODABLE as error:
        raise ConnectionRefused(502, "unreadable credentials") from error
    if credentials != (USER, PASSWORD):
        raise ConnectionRefused(403, f"Login was refused using authentication mechanism {mechanism}.")


def agree(answer: Any) -> Tuning:
    """What the client made of the offer; more than was offered is refused."""
    for name, limit in (("channel_max", CHANNEL_MAX), ("frame_max", FRAME_MAX)):
        if getattr(answer, name) > limit:
            raise ConnectionRefused(530, f"negotiated {name} {getattr(answer, name)} is higher than {limit}")
    if 0 < answer.frame_max < FRAME_MIN:
        raise ConnectionRefused(530, f"negotiated frame_max {answer.frame_max} is lower than {FRAME_MIN}")
    return Tuning(answer.channel_max or CHANNEL_MAX, answer.frame_max or FRAME_MAX, answer.heartbeat)


def enter(virtual_host: str) -> None:
    """There is one virtual host."""
    if virtual_host != "/":
        raise ConnectionRefused(530, f"vhost {virtual_host} not found")


def _plain(response: bytes) -> tuple[str, str]:
    _, user, password = response.decode().split("\0")
    return user, password


def _amqplain(response: bytes) -> tuple[str, str]:
    table: Mapping[Any, Any] = data.decode_table(struct.pack(">I", len(response)) + response, 0)[0]
    return table["LOGIN"], table["PASSWORD"]


_CREDENTIALS = {"PLAIN": _plain, "AMQPLAIN": _amqplain}
