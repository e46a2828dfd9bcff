"""How many tokens were given, and how many refused, by the kind of request."""

from http import HTTPStatus

from flask import Response, request
from prometheus_client import Counter
from werkzeug.exceptions import HTTPException

ISSUED = Counter("tokens_issued_total", "Answers with tokens.", ["grant"])
REFUSED = Counter("tokens_refused_total", "Requests for tokens that were refused.", ["grant", "status"])
SIGN_IN, OTHER = "password", "other"
#: A label must not grow with what callers make up.
GRANTS = {"authorization_code", "refresh_token", "client_credentials"}
TOKEN_ENDPOINTS = {"sessions.create_session", "oauth.post_token"}

for _grant in (SIGN_IN, *GRANTS):
    ISSUED.labels(_grant)


def count_tokens(response: Response) -> Response:
    """Count what became of a request for tokens; other requests are not looked at."""
    if request.endpoint in TOKEN_ENDPOINTS:
        if response.status_code < HTTPStatus.BAD_REQUEST:
            ISSUED.labels(_kind()).inc()
        else:
            REFUSED.labels(_kind(), response.status_code).inc()
    return response


def _kind() -> str:
    if request.endpoint == "sessions.create_session":
        return SIGN_IN
    try:
        asked = request.form.get("grant_type", "")
    except HTTPException:
        # It was refused for its size: reading it is refused again.
        return OTHER
    return asked if asked in GRANTS else OTHER
