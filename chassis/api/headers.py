"""Headers of every answer: they keep browsers from harm, and let in pages of the origins that a setting names.

No cookie is ever set: a foreign page has nothing of a user's to send along.
"""

from flask import Flask, Response, request

from chassis.settings import Settings

#: What a view sets itself stays.
HARDENING = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
#: What was asked for with a token is the caller's own, and may have changed by the next time.
OF_A_CALLER = {"Cache-Control": "private, no-cache"}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": (
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Prefer, traceparent, X-Requested-With"
    ),
    "Access-Control-Max-Age": "600",
}
SHOWN = (
    "ETag, Link, Location, Retry-After, WWW-Authenticate, Idempotent-Replayed, Preference-Applied, traceparent, Allow"
)


def register_headers(app: Flask, settings: Settings) -> None:
    """Add them to what the application answers."""

    def add(response: Response) -> Response:
        caller = OF_A_CALLER if "Authorization" in request.headers else {}
        for name, value in {**HARDENING, **caller}.items():
            response.headers.setdefault(name, value)
        if settings.cors_origins:
            response.vary.add("Origin")
            response.headers.update(_for(request.headers.get("Origin"), settings.cors_origins))
        return response

    app.after_request(add)


def _for(origin: str | None, allowed: tuple[str, ...]) -> dict[str, str]:
    if origin is None or origin not in allowed:
        return {}
    let_in = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": SHOWN}
    return {**let_in, **PREFLIGHT} if request.method == "OPTIONS" else let_in
