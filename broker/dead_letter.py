"""One dead letter, and what it says of itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pika

from broker import headers as names
from broker.delivery import fingerprint
from broker.topology import DELIVERY_LIMIT

#: Where the two content modes of CloudEvents keep an event's id.
ID_HEADERS = ("cloudEvents:id", "cloudEvents_id")


@dataclass(frozen=True)
class DeadLetter:
    """A message that nobody could handle, as long as somebody looks at it."""

    tag: int
    properties: pika.BasicProperties
    body: bytes

    @property
    def headers(self) -> Mapping[str, Any]:
        """The message's headers; empty if it has none."""
        return self.properties.headers or {}

    @property
    def id(self) -> str:
        """What the commands know it by; of one that the broker put there, its event's id or what it looks like."""
        ours = None if self._death else self.headers.get(names.DEAD_LETTER_ID)
        return str(ours or self.event_id or fingerprint(self.properties, self.body, self.routing_key)[:16])

    @property
    def event_id(self) -> str | None:
        """The event's id, where there is one."""
        for name in ID_HEADERS:
            if name in self.headers:
                return str(self.headers[name])
        event = self.event
        if event and "id" in event:
            return str(event["id"])
        # Of other clients it may be bytes that are no text.
        message_id: Any = self.properties.message_id
        return message_id.decode(errors="backslashreplace") if isinstance(message_id, bytes) else message_id

    @property
    def message_id(self) -> str:
        """The AMQP message id; one is made up where the sender gave none that can be sent again."""
        given: Any = self.properties.message_id
        return given if names.is_short(given) else fingerprint(self.properties, self.body, self.routing_key)[:32]

    @property
    def event(self) -> dict[str, Any] | None:
        """The body as a JSON object, or None."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def routing_key(self) -> str:
        """The key under which it was first published."""
        if self._death and self._death.get("exchange"):
            keys = self._death.get("routing-keys")
            return keys[0] if isinstance(keys, list) and keys and names.is_short(keys[0]) else ""
        return names.routing_key_in(self.headers) or ""

    @property
    def reason(self) -> str:
        """The error's type; ``delivery_limit`` where the broker gave it up."""
        return (
            str(self._death.get("reason", "unknown"))
            if self._death
            else str(self.headers.get(names.ERROR_TYPE, "unknown"))
        )

    @property
    def error(self) -> str:
        """The error in one line."""
        if self._death:
            return "the broker gave it up"
        return str(self.headers.get(names.ERROR, ""))

    @property
    def attempts(self) -> int:
        """How often it was tried."""
        counted = self.headers.get(names.ATTEMPTS)
        if self._death:
            return DELIVERY_LIMIT
        return counted if isinstance(counted, int) else 0

    @property
    def failed_at(self) -> str:
        """When it was given up, RFC 3339."""
        if self._death:
            time = self._death.get("time")
            return f"{time.isoformat()}Z" if isinstance(time, datetime) else ""
        return str(self.headers.get(names.FAILED_AT, ""))

    @property
    def traceback_end(self) -> str:
        """The last line of its traceback, with the place that raised it."""
        place = self.headers.get(names.ERROR_AT)
        return f"{place}: {self.reason}: {self.error}" if place and not self._death else ""

    @property
    def _death(self) -> dict[str, Any] | None:
        # Ours carry no such notes: the one who put this here was the broker.
        deaths = self.headers.get("x-death")
        return deaths[0] if isinstance(deaths, list) and deaths and isinstance(deaths[0], dict) else None
