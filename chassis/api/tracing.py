"""Every request belongs to a trace (W3C ``traceparent``), goes on in its events, and is counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from time import perf_counter

from flask import Flask, Response, g, request

from chassis import context
from chassis.observability import tracing
from chassis.observability.metrics import HTTP_REQUESTS, HTTP_SECONDS
from chassis.observability.tracing import OFF, Span

#: Anybody may make up a method; a label must not grow with them.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
#: Asked every second by who looks after the service.
PROBES = {"/livez", "/readyz", "/metrics"}


def register_tracing(app: Flask, service: str) -> None:
    """Bind the request's context, say it in the answer, and count the answer."""

    def begin() -> None:
        g.started = perf_counter()
        g.bound = _bound()
        g.span = g.bound.__enter__()

    def answer(response: Response) -> Response:
        response.headers["traceparent"] = context.current().traceparent
        HTTP_REQUESTS.labels(service, _method(), _route(), response.status_code).inc()
        HTTP_SECONDS.labels(service, _method(), _route()).observe(perf_counter() - g.started - g.get("waited", 0.0))
        _note(g.span, response)
        return response

    def end(_error: BaseException | None) -> None:
        if bound := g.pop("bound", None):
            bound.__exit__(None, None, None)

    app.before_request(begin)
    app.after_request(answer)
    app.teardown_request(end)


@contextmanager
def _bound() -> Iterator[Span]:
    sent = request.headers.get("traceparent")
    if not tracing.is_on() or request.path in PROBES:
        with context.bound(context.begin(sent)):
            yield OFF
        return
    # By its route: the path may hold a mailed secret.
    attributes = {"http.request.method": _method(), "http.route": _route()}
    with (
        tracing.span(f"{_method()} {_route()}", "server", parent=sent, attributes=attributes) as span,
        context.bound(context.begin(span=span.traceparent)),
    ):
        yield span


def _note(span: Span, response: Response) -> None:
    span.note({"http.response.status_code": response.status_code})
    if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        span.fail(str(response.status_code))


def _method() -> str:
    return request.method if request.method in METHODS else "other"


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "none"
