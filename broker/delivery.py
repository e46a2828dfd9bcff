"""One arrival of a message."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pika

from broker import headers as names

MAX_ATTEMPTS = 1_000_000


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
            return names.routing_key_in(self.headers) or self.routing_key
        return self.routing_key

    @property
    def attempt(self) -> int:
        """Which attempt at this message it is, from 1."""
        failed: Any = self.headers.get(names.ATTEMPTS) if self.exchange == "" else None
        # A bool is an int too, and what others write may be beyond any number that we could write again.
        counted = isinstance(failed, int) and not isinstance(failed, bool) and 0 <= failed <= MAX_ATTEMPTS
        return failed + 1 if counted else 1

    @property
    def is_replayed(self) -> bool:
        """True if an operator brought it back from the dead letters."""
        return self.exchange == "" and names.REPLAYED_BY in self.headers

    @property
    def is_suspect(self) -> bool:
        """True if it may have killed a worker: one had it before and didn't settle it, or it was given up already."""
        return self.redelivered or self.is_replayed

    @property
    def fingerprint(self) -> str:
        """The same for every delivery of this message, also of one without an id."""
        return fingerprint(self.properties, self.body, self.original_routing_key)


def fingerprint(properties: pika.BasicProperties, body: bytes, routing_key: str) -> str:
    """What tells a message from others without trusting any id in it; 64 hexadecimal digits."""
    # The broker's notes and ours change from one delivery to the next.
    headers = {str(name): repr(value) for name, value in (properties.headers or {}).items()}
    theirs = sorted((name, value) for name, value in headers.items() if not name.startswith("x-"))
    digest = sha256(body)
    digest.update(repr((routing_key, properties.message_id, theirs)).encode())
    return digest.hexdigest()
