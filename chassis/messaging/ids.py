"""The ids by which an event is found again in the logs of every process that it went through."""

import json
from collections.abc import Mapping
from typing import Any

from chassis.context import trace_id_of
from events.envelope import Envelope
from events.event import Event

#: What an event may be about.
SUBJECTS = ("order_id", "user_id")


def ids_of(envelope: Envelope[Event]) -> dict[str, Any]:
    """Of an event that was read."""
    told = {
        "event_id": envelope.id,
        "type": envelope.type,
        "trace_id": trace_id_of(envelope.traceparent),
        "correlation_id": envelope.correlation_id,
    }
    return {**told, **_subjects(vars(envelope.event))}


def ids_in(body: bytes) -> dict[str, Any]:
    """Of an event as it waits in the outbox, beside its own id; nothing of bytes that can't be read."""
    try:
        said = json.loads(body)
        trace_id = trace_id_of(said["traceparent"])
        return {"trace_id": trace_id, "correlation_id": said["correlationid"], **_subjects(said["data"])}
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return {}


def traceparent_in(body: bytes) -> str | None:
    """Where the trace of an event in the outbox goes on; None of bytes that can't be read."""
    try:
        found = json.loads(body)["traceparent"]
    except (ValueError, TypeError, KeyError):
        return None
    return found if isinstance(found, str) else None


def _subjects(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] if isinstance(data[name], int) else str(data[name]) for name in SUBJECTS if name in data}
