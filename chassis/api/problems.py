"""Every refused request is answered with a problem (RFC 9457), whoever refused it."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import structlog
from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound

from chassis import context
from chassis.errors import Collision, Conflict, StaleAggregate, StoreUnavailable, Transient

log = structlog.get_logger()

PROBLEM_JSON = "application/problem+json"
#: Set by a route's error, or written by Werkzeug, and passed on.
PASSED_HEADERS = {"allow", "www-authenticate", "retry-after", "location"}

#: Domain error -> status and title; a service adds its own.
ErrorTable = Mapping[type[Exception], HTTPStatus]

COMMON_ERRORS: ErrorTable = {
    Conflict: HTTPStatus.CONFLICT,
    StaleAggregate: HTTPStatus.CONFLICT,
    Collision: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
#: What passes by itself; the caller is told when to come again.
RETRY_AFTER = {"Retry-After": "1"}


class Invalid(Exception):
    """The request can be read, but not carried out: dotted path -> what is wrong there."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("The request is invalid.")
        self.errors = errors


def problem(
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, errors: dict[str, list[str]] | None = None
) -> Response:
    """The answer to a refused request."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": quote(request.path),
        "trace_id": context.current().trace_id,
    }
    if errors:
        body["errors"] = errors
    return Response(json.dumps(body), status, headers=dict(headers or {}), content_type=PROBLEM_JSON)


def of_http_exception(error: HTTPException) -> Response:
    """The problem for what Flask, Werkzeug or webargs refused."""
    if error.code is not None and error.code < HTTPStatus.BAD_REQUEST:
        return cast("Response", error.get_response())
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    headers = {name: value for name, value in error.get_headers() if name.lower() in PASSED_HEADERS}
    messages = getattr(error, "data", {}).get("messages")
    if isinstance(error, InternalServerError):
        return problem(status, "Something went wrong here; the trace id leads to it in the log.")
    if messages:
        return problem(status, "The request is invalid.", headers=headers, errors=flattened(messages))
    if isinstance(error, NotFound):
        return problem(status, "There is nothing at this path.", headers=headers)
    return problem(status, error.description or HTTPStatus(status).phrase, headers=headers)


def flattened(messages: Mapping[str, Any]) -> dict[str, list[str]]:
    """Webargs' nested messages by dotted path, without the location at the top."""
    return {
        path: texts
        for located in messages.values()
        for path, texts in _paths(located if isinstance(located, Mapping) else {"_schema": located})
    }


def _paths(tree: Any, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    if not isinstance(tree, Mapping):
        yield prefix, tree if isinstance(tree, list) else [str(tree)]
        return
    for key, below in tree.items():
        yield from _paths(below, f"{prefix}.{key}" if prefix else str(key))


def register_errors(app: Flask, table: ErrorTable) -> None:
    """Answer the errors of domain and chassis by table; log what nobody foresaw."""

    def by_table(error: Exception) -> Response:
        status = next(table[kind] for kind in type(error).__mro__ if kind in table)
        if isinstance(error, Transient):
            detail = "It collided with another request, or the database is away; try again."
            return problem(status, detail, headers=RETRY_AFTER)
        challenge = {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}
        return problem(status, str(error), headers=challenge)

    def invalid(error: Invalid) -> Response:
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), errors=error.errors)

    def unforeseen(error: InternalServerError) -> Response:
        # By its route: the path may hold a mailed secret.
        route = request.url_rule.rule if request.url_rule else None
        log.error("request.failed", method=request.method, route=route, exc_info=error.original_exception)
        return of_http_exception(error)

    for kind in table:
        app.register_error_handler(kind, by_table)
    app.register_error_handler(Invalid, invalid)
    app.register_error_handler(InternalServerError, unforeseen)
    app.register_error_handler(HTTPException, of_http_exception)
