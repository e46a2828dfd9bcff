"""Every request belongs to a trace (W3C ``traceparent``), goes on in its events, and is counted."""

from time import perf_counter

from flask import Flask, Response, g, request

from chassis import context
from chassis.observability.metrics import HTTP_REQUESTS, HTTP_SECONDS

#: Anybody may make up a method; a label must not grow with them.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def register_tracing(app: Flask, service: str) -> None:
    """Bind the request's context, say it in the answer, and count the answer."""

    def begin() -> None:
        g.started = perf_counter()
        g.bound = context.bound(context.begin(request.headers.get("traceparent")))
        g.bound.__enter__()

    def answer(response: Response) -> Response:
        response.headers["traceparent"] = context.current().traceparent
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "other"
        HTTP_REQUESTS.labels(service, method, route, response.status_code).inc()
        HTTP_SECONDS.labels(service, method, route).observe(perf_counter() - g.started - g.get("waited", 0.0))
        return response

    def end(_error: BaseException | None) -> None:
        if bound := g.pop("bound", None):
            bound.__exit__(None, None, None)

    app.before_request(begin)
    app.after_request(answer)
    app.teardown_request(end)
