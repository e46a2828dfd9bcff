"""Each event as a message of AsyncAPI: its attributes, its data, and its golden example."""

from inspect import getdoc
from typing import Any

from events.catalogue import Entry
from events.envelope import MAX_ATTRIBUTE_CHARACTERS, STRUCTURED
from events.golden import golden
from events.json_schema import json_schema, meaning_of

TEXT = {"type": "string", "minLength": 1, "maxLength": MAX_ATTRIBUTE_CHARACTERS}
ATTRIBUTES: dict[str, dict[str, Any]] = {
    "specversion": {"const": "1.0", "description": "CloudEvents 1.0."},
    "id": {**TEXT, "description": "Together with the source it names the event; twice the same is the same event."},
    "source": {**TEXT, "format": "uri-reference", "description": "Who sent it."},
    "type": {**TEXT, "description": "What happened; the routing key."},
    "subject": {**TEXT, "description": "What it happened to, as text."},
    "time": {"type": "string", "format": "date-time", "description": "When it happened."},
    "datacontenttype": {"const": "application/json", "description": "What the data are."},
    "dataschema": {"type": "string", "format": "uri", "description": "Where the JSON Schema of the data is."},
    "sequence": {
        "type": "string",
        "pattern": "^[0-9]{1,18}$",
        "description": "Counts the events of this source and subject, from 1; zeros before it let it sort as text.",
    },
    "traceparent": {
        "type": "string",
        "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "The trace that it is part of (W3C).",
    },
    "correlationid": {**TEXT, "description": "The same along a whole chain of events."},
    "causationid": {**TEXT, "description": "The id of the event that caused this one; absent at a chain's start."},
}
#: What has to be there: of others, and of us.
NEEDED = ["specversion", "id", "source", "type", "time"]
OURS = [name for name in ATTRIBUTES if name != "causationid"]
BINARY = ".binary"


def message(entry: Entry, event_type: str) -> dict[str, Any]:
    """An event of this type in structured mode."""
    return {
        **_about(entry, event_type),
        "contentType": STRUCTURED,
        "correlationId": {
            "location": "$message.payload#/correlationid",
            "description": ATTRIBUTES["correlationid"]["description"],
        },
        "payload": _event(entry, event_type),
        "examples": [{"name": "golden", "summary": "As it is on the wire.", "payload": golden(event_type)}],
    }


def binary_message(entry: Entry, event_type: str) -> dict[str, Any]:
    """The same in binary mode, which we read and don't send."""
    example = golden(event_type)
    attributes = {name: schema for name, schema in _attributes(entry, event_type).items() if name in example}
    return {
        **_about(entry, event_type),
        "description": "In binary mode. The headers may as well begin with `cloudEvents_`.",
        "contentType": "application/json",
        "correlationId": {"location": "$message.header#/cloudEvents:correlationid"},
        "headers": {
            "type": "object",
            "properties": {f"cloudEvents:{name}": schema for name, schema in attributes.items()},
            "required": [f"cloudEvents:{name}" for name in NEEDED],
        },
        "payload": _data(event_type),
        "examples": [
            {
                "name": "golden",
                "headers": {f"cloudEvents:{name}": example[name] for name in attributes},
                "payload": example["data"],
            }
        ],
    }


def schema(event_type: str) -> dict[str, Any]:
    """The schema of its data: AsyncAPI's own dialect, of which ours is a part."""
    return {word: told for word, told in json_schema(event_type).items() if word != "$schema"}


def _about(entry: Entry, event_type: str) -> dict[str, Any]:
    return {
        "name": event_type,
        "title": entry.event.__name__,
        "summary": meaning_of(entry, event_type),
        "bindings": {"amqp": {"messageType": event_type, "bindingVersion": "0.3.0"}},
        "x-subject": entry.event.subject_field,
    }


def _event(entry: Entry, event_type: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": getdoc(entry.event) or "",
        "properties": {**_attributes(entry, event_type), "data": _data(event_type)},
        "required": [*(OURS if entry.sender else NEEDED), "data"],
    }


def _attributes(entry: Entry, event_type: str) -> dict[str, dict[str, Any]]:
    subject = f"The `{entry.event.subject_field}`, as text."
    return {
        **ATTRIBUTES,
        "type": {"const": event_type, "description": ATTRIBUTES["type"]["description"]},
        "subject": {**TEXT, "description": subject},
        **({"source": {"const": f"/{entry.sender}", "description": "Who sent it."}} if entry.sender else {}),
    }


def _data(event_type: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{event_type}"}
