"""The envelope: an event with who, when and why, as CloudEvents 1.0.

We send the structured mode and read both (see ``decode``). Source: CloudEvents 1.0.2, its JSON format
and its AMQP protocol binding.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from marshmallow import ValidationError

from events.catalogue import BY_TYPE, entry
from events.errors import InvalidData
from events.event import Event
from events.fields import format_time
from events.schema import SCHEMAS
from events.upcasting import downcasted, upcasted

STRUCTURED = "application/cloudevents+json"
#: The largest message that we send or take, in bytes.
MAX_BYTES = 1 << 20
SEQUENCE_DIGITS = 12
MAX_ATTRIBUTE_CHARACTERS = 255


E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Envelope(Generic[E_co]):
    """An event as it travels. ``sequence`` counts the events of its source and subject from 1."""

    event: E_co
    id: str
    source: str
    time: datetime
    sequence: int | None
    traceparent: str | None
    correlation_id: str
    causation_id: str | None = None

    @property
    def type(self) -> str:
        """The event's wire type, which is its routing key."""
        return self.event.type

    @property
    def subject(self) -> str:
        """What the event is about."""
        return self.event.subject


def encode(envelope: Envelope[Event], schemas_url: str, event_type: str | None = None) -> bytes:
    """The envelope in structured mode, told in its newest version or in this older one.

    InvalidData if the event breaks the schema of that version.
    """
    told_type = event_type or envelope.type
    attributes = {
        "specversion": "1.0",
        "id": envelope.id,
        "source": envelope.source,
        "type": told_type,
        "subject": envelope.subject,
        "time": format_time(envelope.time),
        "datacontenttype": "application/json",
        "dataschema": f"{schemas_url}/schemas/{told_type}.json",
        "sequence": _padded(envelope.sequence),
        "traceparent": envelope.traceparent,
        "correlationid": envelope.correlation_id,
        "causationid": envelope.causation_id,
        "data": dump_data(envelope.event, told_type),
    }
    present = {key: value for key, value in attributes.items() if value is not None}
    return json.dumps(present, ensure_ascii=False, separators=(",", ":")).encode()


def _padded(sequence: int | None) -> str | None:
    return None if sequence is None else str(sequence).zfill(SEQUENCE_DIGITS)


def dump_data(event: Event, event_type: str) -> dict[str, Any]:
    """The event's data as JSON values in this version, checked against its schema."""
    schema = SCHEMAS[type(event)]
    data: dict[str, Any] = schema.dump(event)
    if errors := schema.validate(data):
        raise InvalidData(f"{event.type}: {errors}")
    try:
        return downcasted(entry(event_type).older, event_type, data)
    except ValidationError as error:
        raise InvalidData(f"{event_type}: {error.messages}") from error


def load_data(event_type: str, data: object) -> Event:
    """The event of a known type from JSON values; InvalidData names the fields that break the schema.

    An older version comes out as the newest.
    """
    if not isinstance(data, dict):
        raise InvalidData(f"{event_type}: the data are {_KINDS.get(type(data), 'a number')}, not a JSON object")
    known = BY_TYPE[event_type]
    try:
        event: Event = SCHEMAS[known.event].load(upcasted(known.older, event_type, data))
    except ValidationError as error:
        raise InvalidData(f"{event_type}: {json.dumps(error.messages)}") from error
    return event


#: What stands where data should be.
_KINDS = {
    type(None): "missing",
    str: "a text (of JSON that was encoded twice?)",
    bytes: "bytes",
    list: "a list",
    bool: "true or false",
}
