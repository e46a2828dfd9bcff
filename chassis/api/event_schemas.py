"""``/schemas/<type>.json``: the JSON Schema that an event names as its ``dataschema``."""

from flask import Response, json
from flask_smorest import Api
from marshmallow import fields, validate
from werkzeug.exceptions import NotFound

from chassis.api.blueprint import Blueprint, PathPart
from events.catalogue import BY_TYPE
from events.fields import meaning
from events.json_schema import DIALECT, json_schema

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
        body = json.dumps(json_schema(event_type))
        return Response(body, content_type="application/schema+json")

    api.register_blueprint(blueprint)
