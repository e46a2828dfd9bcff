"""From a message to an envelope: both content modes of the CloudEvents AMQP binding, each attribute checked."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NoReturn

from events.catalogue import Entry, entry
from events.envelope import MAX_BYTES, STRUCTURED, Envelope, load_data
from events.errors import ForgedSource, NotCloudEvent, NotJson, UnknownType
from events.event import Event
from events.fields import parse_time

#: How far ahead of our clock a sender's may be.
MAX_AHEAD = timedelta(minutes=5)
BINARY_PREFIXES = ("cloudEvents:", "cloudEvents_")
MAX_ATTRIBUTE_CHARACTERS = 255
PRINTABLE = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]+\Z")
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}\Z")


def decode(
    body: bytes, *, content_type: object, headers: Mapping[Any, Any], routing_key: str, now: datetime
) -> Envelope[Event]:
    """Read a message; raise an ``UnreadableEvent`` that says what is wrong with it.

    Structured mode is known by its content type, binary mode by headers that begin with ``cloudEvents:``
    or ``cloudEvents_``.
    """
    if len(body) > MAX_BYTES:
        raise NotCloudEvent(f"{len(body)} bytes are over the {MAX_BYTES} that a message may have")
    attributes, data = _parts(body, _media_type(content_type), headers)
    return _envelope(attributes, data, routing_key, now)


def _media_type(content_type: object) -> str:
    # Not every client writes text here that is one.
    return (
        content_type.partition(";")[0].strip().lower() if isinstance(content_type, str) else str(content_type or "")
    )


def _parts(body: bytes, media_type: str, headers: Mapping[Any, Any]) -> tuple[dict[str, Any], object]:
    if media_type == STRUCTURED:
        attributes = _json(body)
        if not isinstance(attributes, dict):
            raise NotCloudEvent("the body is no JSON object")
        return attributes, attributes.pop("data", None)
    attributes = {
        key[len(prefix) :]: value
        for prefix in BINARY_PREFIXES
        for key, value in headers.items()
        if isinstance(key, str) and key.startswith(prefix)
    }
    if not attributes:
        raise NotCloudEvent(f"neither the content type {STRUCTURED} nor headers that begin with cloudEvents:")
    if media_type not in {"", "application/json"}:
        raise NotCloudEvent(f"the data are {media_type!r}, not application/json")
    return attributes, _json(body)


def _json(body: bytes) -> Any:
    def no_constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON")

    try:
        return json.loads(body.decode(), parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from error


def _envelope(attributes: dict[str, Any], data: object, routing_key: str, now: datetime) -> Envelope[Event]:
    if attributes.get("specversion") != "1.0":
        raise NotCloudEvent("specversion is not 1.0")
    event_type = _text(attributes, "type")
    if event_type != routing_key:
        raise UnknownType(f"type {event_type!r} came under the routing key {routing_key!r}")
    known = entry(event_type)
    source = _text(attributes, "source")
    if not known.allows(source):
        raise ForgedSource(f"{event_type} is not taken from {source!r}")
    event_id, time, sequence = _text(attributes, "id"), _time(attributes, now), _sequence(attributes, known)
    event = load_data(event_type, data)
    if attributes.get("subject", event.subject) != event.subject:
        raise NotCloudEvent(f"subject is not {event.subject!r}")
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


def _text(attributes: dict[str, Any], name: str) -> str:
    value = attributes.get(name)
    if not isinstance(value, str) or not PRINTABLE.match(value) or len(value) > MAX_ATTRIBUTE_CHARACTERS:
        raise NotCloudEvent(f"{name} is missing or no text of 1 to {MAX_ATTRIBUTE_CHARACTERS} characters")
    return value


def _time(attributes: dict[str, Any], now: datetime) -> datetime:
    time = _moment(attributes.get("time"))
    if time > now + MAX_AHEAD:
        raise NotCloudEvent(f"time is more than {MAX_AHEAD} ahead")
    return time


def _moment(value: object) -> datetime:
    # AMQP clients send a header's time as text, as an AMQP timestamp, or as milliseconds.
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, int) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC)
        return parse_time(value)
    except (ValueError, OverflowError, OSError) as error:
        raise NotCloudEvent("time is missing or no time of RFC 3339") from error


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
