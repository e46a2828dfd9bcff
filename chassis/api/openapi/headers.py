"""The headers that requests may and answers do carry, each described once; operations refer to them by name."""

from collections.abc import Iterable
from typing import Any

TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
ETAG = '"1f6f7f2f0f4a4b0e8c1d3a5b7c9e0f12"'

#: Headers of answers.
ANSWERED: dict[str, dict[str, Any]] = {
    "traceparent": {
        "description": "The trace that the request belongs to (W3C Trace Context).",
        "required": True,
        "schema": {"type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$"},
        "example": TRACEPARENT,
    },
    "ETag": {
        "description": "The strong tag of what the body shows, for `If-None-Match` and `If-Match`.",
        "required": True,
        "schema": {"type": "string", "pattern": '^"[!#-~]+"$'},
        "example": ETAG,
    },
    "Location": {
        "description": "Where the resource is.",
        "required": True,
        "schema": {"type": "string", "format": "uri-reference"},
        "example": "/users/42",
    },
    "Link": {
        "description": 'The next page (`rel="next"`, RFC 8288), where there is one.',
        "schema": {"type": "string"},
        "example": '</users?limit=20&after=WyI0MiJd>; rel="next"',
    },
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "integer", "minimum": 1},
        "example": 1,
    },
    "WWW-Authenticate": {
        "description": "What is asked for (RFC 6750).",
        "required": True,
        "schema": {"type": "string", "pattern": "^[Bb]earer"},
        "example": 'Bearer realm="event-services", error="invalid_token"',
    },
    "Cache-Control": {
        "description": "For how long the answer may be kept (RFC 9111).",
        "required": True,
        "schema": {"type": "string"},
        "example": "no-store",
    },
    "Idempotent-Replayed": {
        "description": "There, and `true`, where this is the first answer again to a request with the same key.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "Preference-Applied": {
        "description": "The preference that was followed (RFC 7240).",
        "schema": {"type": "string"},
        "example": "wait=5",
    },
}

#: Headers of requests; none has to be sent. Their examples are the schema's: those beside it Swagger UI would send.
ASKED: dict[str, dict[str, Any]] = {
    "traceparent": {
        "description": "The trace to go on with (W3C Trace Context); one that can't be read is left aside.",
        "schema": {"type": "string", "examples": [TRACEPARENT]},
    },
    "If-None-Match": {
        "description": "Tags that the caller has; where one of them is the resource's, the answer is 304.",
        "schema": {"type": "string", "examples": ['"0"']},
    },
    "If-Match": {
        "description": "Change only what still has one of these tags, else answer 412. `*`: whatever is there.",
        "schema": {"type": "string", "examples": ["*"]},
    },
    "Idempotency-Key": {
        "description": (
            "Any text of the caller's choice, new for each thing wanted. Sent again with the same key within 24 "
            "hours, a request has no second effect and gets its first answer again. A refused request may be sent "
            "again, corrected, with the same key."
        ),
        "schema": {
            "type": "string",
            "minLength": 1,
            "maxLength": 255,
            "pattern": "^[!-~]+$",
            "examples": ["b6b8a1f0-6c0e-4f0e-9a53-3b6d6f4f8c11"],
        },
    },
    "Prefer": {
        "description": (
            "`wait=N`: answer as soon as it is settled, or after N seconds (10 at most). What can't be read is "
            "ignored (RFC 7240)."
        ),
        "schema": {"type": "string", "examples": ["wait=5"]},
    },
}


def sent(*names: str) -> dict[str, dict[str, str]]:
    """These headers of an answer."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def asked(names: Iterable[str]) -> list[dict[str, str]]:
    """These headers of a request."""
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def parameters() -> dict[str, dict[str, Any]]:
    """The headers of requests as the document's parameters."""
    return {name: {"name": name, "in": "header", "required": False, **told} for name, told in ASKED.items()}
