"""The two ways in which a message carries an event: all of it in its body, or its attributes in headers.

Source: CloudEvents 1.0.2, its JSON format and its AMQP protocol binding.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from events.envelope import STRUCTURED
from events.errors import NotCloudEvent, NotJson

BATCH = "application/cloudevents-batch+json"
#: AMQP 1.0 clients write the first, those that go by JMS the second.
BINARY_PREFIXES = ("cloudEvents:", "cloudEvents_")
#: What other bindings of CloudEvents put before an attribute's name.
OTHER_PREFIXES = ("ce-", "ce_", "cloudevents:", "cloudevents_", "CloudEvents:", "CloudEvents_")
GZIP = b"\x1f\x8b"
MAX_SHOWN_CHARACTERS = 100


def attributes_and_data(body: bytes, content_type: object, headers: Mapping[Any, Any]) -> tuple[dict[str, Any], Any]:
    """What a message says of its event, and the event's data as JSON values; attributes that are null are left out.

    Structured mode is known by its content type, binary mode by headers that begin with ``cloudEvents:`` or
    ``cloudEvents_``. NotJson or NotCloudEvent if it is neither.
    """
    media_type = _media_type(content_type)
    attributes, data = _structured(body) if media_type == STRUCTURED else _binary(body, media_type, headers)
    return {name: value for name, value in attributes.items() if value is not None}, data


def _structured(body: bytes) -> tuple[dict[str, Any], Any]:
    attributes = json_of(body)
    if not isinstance(attributes, dict):
        raise NotCloudEvent("the body is no JSON object")
    _require_json(_media_type(attributes.get("datacontenttype")))
    data, encoded = attributes.pop("data", None), attributes.pop("data_base64", None)
    if encoded is None:
        return attributes, data
    if data is not None:
        raise NotCloudEvent("data and data_base64 are both there")
    return attributes, json_of(_decoded(encoded))


def _decoded(encoded: object) -> bytes:
    try:
        return base64.b64decode(encoded if isinstance(encoded, str) else "?", validate=True)
    except ValueError as error:
        raise NotCloudEvent("data_base64 is no base64") from error


def _binary(body: bytes, media_type: str, headers: Mapping[Any, Any]) -> tuple[dict[str, Any], Any]:
    attributes = {
        name[len(prefix) :]: value
        for prefix in BINARY_PREFIXES
        for name, value in headers.items()
        if isinstance(name, str) and name.startswith(prefix)
    }
    if not attributes:
        raise NotCloudEvent(_why_in_no_mode(media_type, headers))
    _require_json(media_type)
    return attributes, json_of(body)


def _why_in_no_mode(media_type: str, headers: Mapping[Any, Any]) -> str:
    if media_type == BATCH:
        return f"{BATCH} is not taken: send each event as a message of its own"
    if stranger := next((prefix for prefix in OTHER_PREFIXES for name in headers if _begins(name, prefix)), None):
        return f"headers begin with {stranger}, but AMQP's binding has cloudEvents: or cloudEvents_"
    found = f"the content type is {shown(media_type)}" if media_type else "there is no content type"
    return (
        f"{found}: structured mode has {STRUCTURED}, binary mode headers that begin with cloudEvents: or cloudEvents_"
    )


def _begins(name: object, prefix: str) -> bool:
    return isinstance(name, str) and name.startswith(prefix)


def _require_json(media_type: str) -> None:
    if media_type not in {"", "application/json", "text/json"} and not media_type.endswith("+json"):
        raise NotCloudEvent(f"the data are {shown(media_type)}, not application/json")


def _media_type(content_type: object) -> str:
    # Not every client writes text here that is one.
    return (
        content_type.partition(";")[0].strip().lower() if isinstance(content_type, str) else str(content_type or "")
    )


def json_of(body: bytes) -> Any:
    """The JSON value that these bytes are; NotJson says what else they are."""

    def no_constant(name: str) -> NoReturn:
        raise ValueError(f"{name} is no JSON")

    if body.startswith(GZIP):
        raise NotJson("the body is compressed: send it as it is")
    try:
        return json.loads(body.decode(), parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise NotJson(str(error)[:200]) from error


def shown(value: object) -> str:
    """A value of another system's for one line of an error: short, and without control characters."""
    if isinstance(value, str):
        return repr(value[:MAX_SHOWN_CHARACTERS])
    return repr(value)[:MAX_SHOWN_CHARACTERS] if isinstance(value, int | float) else f"of type {type(value).__name__}"
