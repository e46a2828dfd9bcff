"""An answer that says nothing but its status."""

from flask import Response


def nothing(status: int) -> Response:
    """No body, and so no content type either."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response
