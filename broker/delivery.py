"""One arrival of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pika

ATTEMPTS_HEADER = "x-attempts"
ORIGINAL_ROUTING_KEY_HEADER = "x-original-routing-key"
REPLAYED_BY_HEADER = "x-replayed-by"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One arrival of a message. It is the broker's until it is acked."""

    channel_number: int
    tag: int
    exchange: str
    routing_key: str
    redelivered: bool
    properties: pika.BasicProperties
    body: bytes

    @property
    def headers(self) -> Mapping[str, Any]:
        """The message's headers; empty if it has none."""
        return self.properties.headers or {}

    @property
    def original_routing_key(self) -> str:
        """The key under which the message was first published, also after a retry or a replay."""
        # Only what was addressed to our queue by name is believed: to do that takes a right of its own.
        if self.exchange == "":
            return str(self.headers.get(ORIGINAL_ROUTING_KEY_HEADER, self.routing_key))
        return self.routing_key

    @property
    def attempt(self) -> int:
        """Which attempt at this message it is, from 1."""
        failed = self.headers.get(ATTEMPTS_HEADER) if self.exchange == "" else None
        return failed + 1 if isinstance(failed, int) and failed >= 0 else 1

    @property
    def is_replayed(self) -> bool:
        """True if an operator brought it back from the dead letters."""
        return self.exchange == "" and REPLAYED_BY_HEADER in self.headers

    @property
    def is_suspect(self) -> bool:
        """True if it may have killed a worker: one had it before and didn't settle it, or it was given up already."""
        return self.redelivered or self.is_replayed

    @property
    def fingerprint(self) -> str:
        """The same for every delivery of this message, also of one without an id; 64 hexadecimal digits."""
        theirs = sorted((str(name), repr(value)) for name, value in self.headers.items() if not _is_ours(name))
        digest = sha256(self.body)
        digest.update(repr((self.original_routing_key, self.properties.message_id, theirs)).encode())
        return digest.hexdigest()


def _is_ours(name: object) -> bool:
    # The broker's notes and ours change from one delivery to the next.
    return str(name).startswith("x-")
