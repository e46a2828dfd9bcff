"""``/openapi.json``: all that a caller has to know, generated from the routes that are served."""

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from flask import Flask, Response
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin
from werkzeug.routing import Rule

from chassis.api.blueprint import Blueprint
from chassis.api.openapi import headers, rights
from chassis.api.openapi.examples import fill
from chassis.api.openapi.operation import completed
from chassis.api.openapi.problems import Problem
from chassis.api.openapi.traits import Route
from chassis.settings import Settings
from events.json_schema import Converter

EXTENSION = "openapi"


@dataclass(frozen=True)
class About:
    """What the document says of the service as a whole."""

    name: str
    version: str
    description: str
    #: Paths that follow another standard than ours, described by hand, and their tags.
    paths: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[dict[str, str]] = ()


def register_document(api: Api, app: Flask, about: About) -> None:
    """Anybody may read what the service can do."""
    blueprint = Blueprint("documents", __name__, description="What this service can do", needs_database=False)

    @cache
    def text() -> str:
        return json.dumps(document(app))

    @blueprint.get("/openapi.json")
    @blueprint.response(200, {"type": "object", "examples": [{"openapi": "3.1.0"}]}, description="This document.")
    def get_openapi() -> Response:
        """Read what the service can do (OpenAPI 3.1)."""
        return Response(text(), content_type="application/json")

    if "Problem" not in api.spec.components.schemas:
        api.spec.components.schema("Problem", schema=Problem)
    app.extensions[EXTENSION] = (api, about)
    api.register_blueprint(blueprint)


def document(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of an application."""
    api, about = app.extensions[EXTENSION]
    settings: Settings = app.config["SETTINGS"]
    spec = deepcopy(api.spec.to_dict())
    schemas = spec["components"]["schemas"]
    fill(schemas)
    paths: dict[str, Any] = {path: {} for path in spec["paths"]}
    for route in _routes(app, spec["paths"]):
        paths[route.path]["parameters"] = _path_parameters(api, route)
        paths[route.path][route.method.lower()] = completed(route, schemas)
    return {
        "openapi": spec["openapi"],
        "info": _info(about),
        "servers": [
            # Not "/", which would leave a proxy's path prefix.
            {"url": ".", "description": "Where this document came from"},
            {"url": settings.public_url, "description": "The service's public address"},
        ],
        "tags": [*spec["tags"], *about.tags],
        "paths": {**{path: _tidied(item) for path, item in paths.items()}, **about.paths},
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "headers": headers.ANSWERED,
            "parameters": headers.parameters(),
            "securitySchemes": rights.security_schemes(settings),
        },
    }


def _info(about: About) -> dict[str, Any]:
    return {
        "title": about.name,
        "version": about.version,
        "description": about.description,
        "license": {"name": "MIT", "identifier": "MIT"},
    }


def _routes(app: Flask, paths: dict[str, Any]) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        path = FlaskPlugin.flaskpath2openapi(rule.rule)
        for method in (rule.methods or set()) & {method.upper() for method in paths.get(path, {})}:
            yield _route(app, rule, method, path, paths[path][method.lower()])


def _route(app: Flask, rule: Rule, method: str, path: str, operation: dict[str, Any]) -> Route:
    blueprint = app.blueprints[rule.endpoint.rpartition(".")[0]]
    assert isinstance(blueprint, Blueprint)  # nosec B101 # noqa: S101 - no other ones describe their routes
    return Route(
        method=method,
        path=path,
        parts={name: blueprint.parts[name] for name in sorted(rule.arguments)},
        view=app.view_functions[rule.endpoint],
        operation=operation,
        needs_database=blueprint.needs_database,
    )


def _path_parameters(api: Api, route: Route) -> list[dict[str, Any]]:
    schema_of = cast("Converter", api.ma_plugin.converter).field2property
    described = [(name, schema_of(part.field)) for name, part in route.parts.items()]
    return [
        {"name": name, "in": "path", "required": True, "description": schema.pop("description"), "schema": schema}
        for name, schema in described
    ]


def _tidied(item: dict[str, Any]) -> dict[str, Any]:
    return {name: told for name, told in item.items() if told or name != "parameters"}
