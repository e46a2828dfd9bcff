"""``/schemas/<type>.json``: the JSON Schema that an event names as its ``dataschema``."""

from functools import cache
from typing import Any

from apispec import APISpec
from flask import Response, json
from flask_smorest import Api
from marshmallow import fields, validate
from werkzeug.exceptions import NotFound

from chassis.api.blueprint import Blueprint, PathPart
from chassis.api.openapi.fields import FieldsPlugin
from events.catalogue import BY_TYPE
from events.fields import meaning
from events.schema import SCHEMAS

DIALECT = "https://json-schema.org/draft/2020-12/schema"
EVENT_TYPE = fields.String(
    validate=validate.OneOf(list(BY_TYPE)), metadata=meaning("The type of an event.", "order.placed.v1")
)


def register_event_schemas(api: Api) -> None:
    """Anybody may read what an event looks like."""
    blueprint = Blueprint(
        "schemas",
        __name__,
        description="What events look like",
        parts={"event_type": PathPart(EVENT_TYPE, none="No event has this type.")},
        needs_database=False,
    )

    @blueprint.get("/schemas/<event_type>.json")
    @blueprint.response(
        200,
        {"type": "object", "examples": [{"$schema": DIALECT, "type": "object"}]},
        content_type="application/schema+json",
        description="A JSON Schema (2020-12).",
    )
    def get_schema(event_type: str) -> Response:
        """Read the JSON Schema of an event's data."""
        if event_type not in BY_TYPE:
            raise NotFound
        body = json.dumps({"$schema": DIALECT, "title": event_type, **json_schema(event_type)})
        return Response(body, content_type="application/schema+json")

    api.register_blueprint(blueprint)


@cache
def json_schema(event_type: str) -> dict[str, Any]:
    """The schema of the data of this type; fields that it doesn't name are allowed, and ignored."""
    plugin = FieldsPlugin(schema_name_resolver=_inline)
    APISpec(title="events", version="1", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # nosec B101 # noqa: S101 - set by the line above
    return dict(plugin.converter.schema2jsonschema(SCHEMAS[BY_TYPE[event_type].event]))


def _inline(_schema: Any) -> Any:
    return None
