"""Refusals in the document: each status with its reasons, and a problem (RFC 9457) as the example of each."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import Refusal
from chassis.api.problems import PROBLEM_JSON
from events.fields import WholeNumber, meaning

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
#: What such an answer carries beside `traceparent`.
HEADERS = {401: ("WWW-Authenticate",), 409: ("Retry-After",), 429: ("Retry-After",), 503: ("Retry-After",)}


class Problem(Schema):
    """Why a request was refused. Members that are not known here are to be ignored."""

    class Meta:
        unknown = EXCLUDE

    type = fields.String(
        required=True, metadata=meaning("The kind of problem.", "about:blank", format="uri-reference")
    )
    title = fields.String(required=True, metadata=meaning("The status in words.", "Not Found"))
    status = WholeNumber(
        required=True, validate=validate.Range(400, 599), metadata=meaning("The answer's status.", 404)
    )
    detail = fields.String(required=True, metadata=meaning("What is wrong.", "There is no user 42."))
    instance = fields.String(
        required=True, metadata=meaning("The path that was called.", "/users/42", format="uri-reference")
    )
    trace_id = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{32}\Z"),
        metadata=meaning("Leads to the request in logs and traces.", TRACE_ID),
    )
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata=meaning(
            "With 422: dotted path of a field -> what is wrong there.",
            {"lines.0.quantity": ["Must be greater than or equal to 1 and less than or equal to 1000."]},
        ),
    )


def response(refusals: Sequence[Refusal], *, instance: str, field: str) -> dict[str, Any]:
    """The answer to refusals that have one status; ``field`` is what is wrong where a reason doesn't say."""
    status = refusals[0].status
    reasons = [refusal.reason for refusal in refusals]
    examples = {
        f"reason_{number}": {"summary": refusal.reason, "value": _example(refusal, instance, field)}
        for number, refusal in enumerate(refusals, 1)
    }
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {
        "description": reasons[0] if len(reasons) == 1 else "\n".join(f"- {reason}" for reason in reasons),
        "headers": sent("traceparent", *HEADERS.get(status, ())),
        "content": {PROBLEM_JSON: content},
    }


def _example(refusal: Refusal, instance: str, field: str) -> dict[str, Any]:
    errors = {"errors": {refusal.at or field: [refusal.reason]}} if refusal.status == 422 else {}  # noqa: PLR2004
    return {
        "type": "about:blank",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": "The request is invalid." if errors else refusal.reason,
        "instance": instance,
        "trace_id": TRACE_ID,
        **errors,
    }
