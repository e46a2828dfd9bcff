"""The application factory: one Flask application for any service."""

from collections.abc import Sequence
from typing import Any

from flask import Flask, Response
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import IntegerConverter, ValidationError

from chassis.api import transactions
from chassis.api.asyncapi.routes import register_asyncapi
from chassis.api.authentication import Revoked, register_authentication
from chassis.api.blueprint import Blueprint, PlainBlueprint
from chassis.api.bodies import MAX_BODY_BYTES, check_body
from chassis.api.docs import register_docs
from chassis.api.event_schemas import register_event_schemas
from chassis.api.headers import register_headers
from chassis.api.health import register_health
from chassis.api.keys import KeySource
from chassis.api.leaving import Leaving, register_leaving
from chassis.api.limits import register_limits
from chassis.api.openapi.document import About, register_document
from chassis.api.openapi.problems import Problem
from chassis.api.problems import COMMON_ERRORS, ErrorTable, of_http_exception, register_errors
from chassis.api.request_log import register_request_log
from chassis.api.tokens import TokenVerifier
from chassis.api.tracing import register_tracing
from chassis.api.waiting import register_waiting
from chassis.settings import Settings
from chassis.store.repeating import repeated
from chassis.store.store import Store
from events.fields import MAX_USER_ID
from events.json_schema import FieldsPlugin

KEYS = "keys"


class Application(Flask):
    """Flask, where a request that another one got in the way of is begun anew before that is told to its caller."""

    def dispatch_request(self) -> Any:
        """What the route answers. It writes in one unit of work at most, so nothing is left of what was given up."""
        return repeated(super().dispatch_request)


class UserIdConverter(IntegerConverter):
    """An id that is none (0, 01, or more than any database holds) is a path that is none."""

    regex = "[1-9][0-9]*"

    def __init__(self, map: Any, *args: Any, **kwargs: Any) -> None:  # noqa: A002 - Werkzeug's name
        super().__init__(map, *args, **{"min": 1, "max": MAX_USER_ID, **kwargs})

    def to_python(self, value: str) -> int:
        """The id; 404 at once, where Werkzeug would tell the methods of a path that is none."""
        try:
            return int(super().to_python(value))
        except ValidationError as error:
            raise NotFound from error


class ProblemApi(Api):
    """Flask-smorest, answering problems, without a document of its own."""

    DEFAULT_ERROR_RESPONSE_NAME = ""
    ERROR_SCHEMA = Problem  # type: ignore[assignment] # any schema will do

    def _register_pagination_header(self) -> None:
        """Our pages are not flask-smorest's."""

    def handle_http_exception(self, error: HTTPException) -> Response:
        """The problem for a refused request."""
        return of_http_exception(error)


def create_app(
    about: About,
    *,
    settings: Settings,
    store: Store[Any],
    keys: KeySource,
    verifier: TokenVerifier,
    revoked: Revoked,
    leaving: Leaving,
    blueprints: Sequence[Blueprint],
    plain_blueprints: Sequence[PlainBlueprint] = (),
    errors: ErrorTable,
) -> Flask:
    """The service's HTTP front, ready to serve."""
    app: Flask = Application(about.name, static_folder=None)
    app.config.update(
        # One more than allowed: where a body has no length, Werkzeug cuts off what is over the limit in silence.
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES + 1,
        API_TITLE=about.name,
        API_VERSION=about.version,
        OPENAPI_VERSION="3.1.0",
        SETTINGS=settings,
    )
    app.url_map.converters["int"] = UserIdConverter
    # Else //products would lead to /products; a path that is none is told so.
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined] # of the default provider
    app.extensions[transactions.EXTENSION] = store
    app.extensions[KEYS] = keys
    register_tracing(app, about.name)
    register_authentication(app, verifier, revoked)
    register_request_log(app)
    register_leaving(app, leaving)
    register_headers(app, settings)
    register_limits(app, settings)
    register_waiting(app, settings.api_threads)
    app.before_request(check_body)
    api = ProblemApi(app, spec_kwargs={"marshmallow_plugin": FieldsPlugin()})
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    for plain in plain_blueprints:
        app.register_blueprint(plain)
    register_health(api, {"database": store.answers, "stopping": lambda: not leaving.begun})
    register_event_schemas(api)
    register_document(api, app, about)
    register_asyncapi(api, about.name)
    register_docs(app, settings)
    register_errors(app, {**COMMON_ERRORS, **errors})
    return app
