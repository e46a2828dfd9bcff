"""Events that somebody means to send: completed, and checked as whoever gets them will check them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from uuid_utils.compat import uuid7

from broker.headers import is_short
from broker.message import Message
from broker.topology import EXCHANGE
from events.catalogue import BY_TYPE
from events.content_modes import attributes_and_data, json_of
from events.decode import decode
from events.envelope import STRUCTURED
from events.fields import format_time


@dataclass(frozen=True)
class Drafts:
    """How a message is made of what was given: data of one type, with these attributes; or, without one, events."""

    event_type: str | None
    attributes: Mapping[str, str]

    def message(self, given: bytes) -> Message:
        """The message; an ``UnreadableEvent`` if whoever gets it would refuse it."""
        return checked(given if self.event_type is None else self._composed(self.event_type, given))

    def _composed(self, event_type: str, data: bytes) -> bytes:
        made_up = {
            "specversion": "1.0",
            "id": str(uuid7()),
            "type": event_type,
            "time": format_time(datetime.now(UTC)),
            "datacontenttype": "application/json",
        }
        return json.dumps({**made_up, **self.attributes, "data": json_of(data)}).encode()


def checked(body: bytes) -> Message:
    """The message of a whole event in CloudEvents' JSON format; an ``UnreadableEvent`` if it would be refused."""
    attributes, _ = attributes_and_data(body, STRUCTURED, {})
    routing_key = attributes.get("type")
    envelope = decode(
        body,
        content_type=STRUCTURED,
        headers={},
        routing_key=routing_key if isinstance(routing_key, str) else "",
        now=datetime.now(UTC),
    )
    return Message(
        exchange=EXCHANGE,
        routing_key=envelope.type,
        body=body,
        # Of 255 characters some ids have more bytes than AMQP has room for.
        message_id=envelope.id if is_short(envelope.id) else str(uuid7()),
        mandatory=bool(BY_TYPE[envelope.type].listeners),
        type=envelope.type,
        app_id="broker-publish",
        content_type=STRUCTURED,
        time=envelope.time,
    )


def lines(stream: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """The lines that are not blank, each with its number."""
    for number, line in enumerate(stream, 1):
        if text := line.strip():
            yield f"line {number}", text
