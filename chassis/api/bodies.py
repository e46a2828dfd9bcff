"""What a request's body may be at all: JSON, of at most one mebibyte."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 1 << 20
#: The methods whose bodies are looked at.
WITH_BODY = {"POST", "PUT", "PATCH"}


F = TypeVar("F", bound=Callable[..., Any])


def takes_form(view: F) -> F:
    """Say of a view that it reads a form, and answers itself where that is none."""
    view.takes_form = True  # type: ignore[attr-defined]
    return view


def check_body() -> None:
    """415 for another content type, 413 for too much; whether the JSON is wanted is the route's to say."""
    has_body = request.content_length or request.headers.get("Transfer-Encoding")
    if request.url_rule is None or request.method not in WITH_BODY or not has_body:
        return
    view = current_app.view_functions[request.endpoint or ""]
    if request.mimetype != "application/json" and not hasattr(view, "takes_form"):
        raise UnsupportedMediaType("The body has to be application/json.")
    if (request.content_length or len(request.get_data())) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
