"""Each answered request is told in one line, and whose it is stands in every line that it causes."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request

from chassis.api.tracing import PROBES
from chassis.observability import logs

log = structlog.get_logger()

#: Ids in paths that may be told; the other parts of paths are secrets that were mailed, or names.
TOLD = {"order_id", "user_id"}


def register_request_log(app: Flask) -> None:
    """Tell of each request by its route: a path may hold a secret. After authentication, before anything else."""

    def begin() -> None:
        if caller := g.get("caller"):
            logs.about(caller=caller.subject, **({"user_id": caller.user_id} if caller.user_id is not None else {}))
        logs.about(**{name: value for name, value in (request.view_args or {}).items() if name in TOLD})

    def tell(response: Response) -> Response:
        (log.debug if request.path in PROBES else log.info)(
            "request.answered",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else None,
            status=response.status_code,
            seconds=round(perf_counter() - g.started, 4),
        )
        return response

    def end(_error: BaseException | None) -> None:
        # The thread answers others after this.
        structlog.contextvars.clear_contextvars()

    app.before_request(begin)
    app.after_request(tell)
    app.teardown_request(end)
