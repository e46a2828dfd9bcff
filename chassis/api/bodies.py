"""What a request's body may be at all: JSON, of at most one mebibyte."""

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

MAX_BODY_BYTES = 1 << 20
#: The methods whose bodies are looked at.
WITH_BODY = {"POST", "PUT", "PATCH"}


def check_body() -> None:
    """415 for another content type, 413 for too much; whether the JSON is wanted is the route's to say."""
    has_body = request.content_length or request.headers.get("Transfer-Encoding")
    if request.url_rule is None or request.method not in WITH_BODY or not has_body:
        return
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The body has to be application/json.")
    if (request.content_length or len(request.get_data())) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
