"""From a message to an envelope: each attribute is checked, and what is wrong is told to who has to mend it."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from events.catalogue import Entry, entry
from events.content_modes import attributes_and_data, shown
from events.envelope import MAX_ATTRIBUTE_CHARACTERS, MAX_BYTES, Envelope, load_data
from events.errors import ForgedSource, NotCloudEvent, UnknownType
from events.event import Event
from events.fields import parse_time

#: How far ahead of our clock a sender's may be.
MAX_AHEAD = timedelta(minutes=5)
#: Milliseconds until the year 2001: a smaller number is more likely one of seconds.
LEAST_MILLISECONDS = 10**12
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+\Z")
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")


def decode(
    body: bytes, *, content_type: object, headers: Mapping[Any, Any], routing_key: str, now: datetime
) -> Envelope[Event]:
    """Read a message in either content mode; raise an ``UnreadableEvent`` that says what is wrong with it."""
    if len(body) > MAX_BYTES:
        raise NotCloudEvent(f"{len(body)} bytes are over the {MAX_BYTES} that a message may have")
    attributes, data = attributes_and_data(body, content_type, headers)
    return _envelope(attributes, data, routing_key, now)


def _envelope(attributes: dict[str, Any], data: object, routing_key: str, now: datetime) -> Envelope[Event]:
    if _needed(attributes, "specversion") != "1.0":
        raise NotCloudEvent(f"specversion is {shown(attributes['specversion'])}, not '1.0'")
    event_type = _text(attributes, "type")
    if event_type != routing_key:
        raise UnknownType(f"type {shown(event_type)} came under the routing key {shown(routing_key)}")
    known = entry(event_type)
    source = _text(attributes, "source")
    if not known.allows(source):
        raise ForgedSource(f"{event_type} is not taken from {shown(source)}")
    event_id, time, sequence = _text(attributes, "id"), _time(attributes, now), _sequence(attributes, known)
    event = load_data(event_type, data)
    if not _is_about(attributes, event, data):
        raise NotCloudEvent(f"subject is {shown(attributes['subject'])}, not {event.subject!r}")
    return Envelope(
        event=event,
        id=event_id,
        source=source,
        time=time,
        sequence=sequence,
        traceparent=_traceparent(attributes),
        correlation_id=_text(attributes, "correlationid") if "correlationid" in attributes else event_id,
        causation_id=_text(attributes, "causationid") if "causationid" in attributes else None,
    )


def _is_about(attributes: dict[str, Any], event: Event, data: Any) -> bool:
    # A UUID has several spellings: the sender's own is as good as ours.
    return attributes.get("subject", event.subject) in [
        event.subject,
        str(data.get(event.subject_field, event.subject)),
    ]


def _needed(attributes: dict[str, Any], name: str) -> Any:
    if name not in attributes:
        raise NotCloudEvent(f"{name} is missing")
    return attributes[name]


def _text(attributes: dict[str, Any], name: str) -> str:
    value = _needed(attributes, name)
    if not isinstance(value, str) or not PRINTABLE.match(value) or len(value) > MAX_ATTRIBUTE_CHARACTERS:
        raise NotCloudEvent(f"{name} is {shown(value)}, no text of 1 to {MAX_ATTRIBUTE_CHARACTERS} characters")
    return value


def _time(attributes: dict[str, Any], now: datetime) -> datetime:
    value = _needed(attributes, "time")
    time = _moment(value)
    if time > now + MAX_AHEAD:
        raise NotCloudEvent(f"time {time} is more than 5 minutes ahead of our clock, {now}")
    return time


def _moment(value: object) -> datetime:
    # AMQP clients send a header's time as text, as an AMQP timestamp, or as milliseconds.
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int) and not isinstance(value, bool):
            return _of_milliseconds(value)
        return parse_time(value)
    except (ValueError, OverflowError, OSError) as error:
        raise NotCloudEvent(f"time is {shown(value)}, no time of RFC 3339 with its zone") from error


def _of_milliseconds(value: int) -> datetime:
    if abs(value) < LEAST_MILLISECONDS:
        # Taken for 1970 it would be older than all we know, and without effect for ever.
        raise NotCloudEvent(f"time is {value}, which are no milliseconds since 1970: seconds?")
    return datetime.fromtimestamp(value / 1000, UTC)


def _sequence(attributes: dict[str, Any], known: Entry) -> int | None:
    if known.sender is None:
        return None
    value = attributes.get("sequence")
    if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,18}", value) or int(value) < 1:
        raise NotCloudEvent("sequence is missing or no counting number")
    return int(value)


def _traceparent(attributes: dict[str, Any]) -> str | None:
    value = attributes.get("traceparent")
    return value if isinstance(value, str) and TRACEPARENT.match(value) else None
