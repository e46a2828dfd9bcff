"""What ``/oauth/*`` answers where it refuses: as RFC 6749 says, not as a problem."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from authlib.oauth2 import OAuth2Error
from flask import Response, json, request
from flask.sansio.app import App
from werkzeug.exceptions import HTTPException

from chassis.api.problems import RETRY_AFTER, of_http_exception
from chassis.errors import Transient

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "/oauth/"
NO_STORE = {"Cache-Control": "no-store"}


def refusal(status: int, error: str, description: str, headers: dict[str, str] | None = None) -> Response:
    """An error of RFC 6749, 5.2."""
    body = json.dumps({"error": error, "error_description": description})
    return Response(body, status, {**NO_STORE, **(headers or {})}, content_type="application/json")


def of_oauth_error(error: OAuth2Error) -> Response:
    """What Authlib refused before it had a request to answer."""
    return refusal(error.status_code, error.error, error.get_error_description() or "")


def of_exception(error: HTTPException) -> Response:
    """What Flask refused."""
    problem = of_http_exception(error)
    headers = {name: value for name, value in problem.headers if name in {"Allow", "Retry-After"}}
    return refusal(problem.status_code, "invalid_request", error.description or "", headers)


def of_transient(_: Transient) -> Response:
    """The database is away, or two got in each other's way."""
    return refusal(HTTPStatus.SERVICE_UNAVAILABLE, "temporarily_unavailable", "Try again.", RETRY_AFTER)


def register_wrong_methods(app: App) -> None:
    """A path of ours that is called by another method belongs to no blueprint yet."""

    def wrong_method(error: HTTPException) -> Response:
        return of_exception(error) if request.path.startswith(PREFIX) else of_http_exception(error)

    app.register_error_handler(HTTPStatus.METHOD_NOT_ALLOWED, wrong_method)
