"""The application factory: one Flask application for any service."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from chassis.api import transactions
from chassis.api.authentication import Revoked, register_authentication
from chassis.api.blueprint import Blueprint
from chassis.api.event_schemas import register_event_schemas
from chassis.api.health import register_health
from chassis.api.keys import KeySource
from chassis.api.problems import COMMON_ERRORS, ErrorTable, of_http_exception, register_errors
from chassis.api.tokens import TokenVerifier
from chassis.api.tracing import register_tracing
from chassis.api.waiting import register_waiting
from chassis.settings import Settings
from chassis.store.store import Store
from events.fields import MAX_USER_ID

KEYS = "keys"
MAX_BODY_BYTES = 1 << 20
WITH_BODY = {"POST", "PUT", "PATCH"}


class UserIdConverter(IntegerConverter):
    """An id that is none (0, 01, or more than any database holds) is a path that is none."""

    regex = "[1-9][0-9]*"

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - Werkzeug's name
        super().__init__(map, *args, **{"min": 1, "max": MAX_USER_ID, **kwargs})


class ProblemApi(Api):
    """Flask-smorest, answering problems."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The problem for a refused request."""
        return of_http_exception(error)


def create_app(
    name: str,
    *,
    settings: Settings,
    store: Store[Any],
    keys: KeySource,
    verifier: TokenVerifier,
    revoked: Revoked,
    blueprints: Sequence[Blueprint],
    errors: ErrorTable,
) -> Flask:
    """The service's HTTP front, ready to serve."""
    app = Flask(name, static_folder=None)
    app.config.update(
        # One more than allowed: where a body has no length, Werkzeug cuts off what is over the limit in silence.
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES + 1,
        API_TITLE=name,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        SETTINGS=settings,
    )
    app.url_map.converters["int"] = UserIdConverter
    app.json.sort_keys = False  # type: ignore[attr-defined] # of the default provider
    app.extensions[transactions.EXTENSION] = store
    app.extensions[KEYS] = keys
    register_tracing(app, name)
    register_authentication(app, verifier, revoked)
    register_waiting(app, settings.api_threads)
    app.before_request(_check_body)
    register_health(app, {"database": store.answers})
    register_event_schemas(app)
    api = ProblemApi(app)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    register_errors(app, {**COMMON_ERRORS, **errors})
    return app


def _check_body() -> None:
    has_body = request.content_length or request.headers.get("Transfer-Encoding")
    if request.url_rule is None or request.method not in WITH_BODY or not has_body:
        return
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("The body has to be application/json.")
    if (request.content_length or len(request.get_data())) > MAX_BODY_BYTES:
        raise RequestEntityTooLarge
