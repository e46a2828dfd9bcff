"""``/schemas/<type>.json``: the JSON Schema that an event names as its ``dataschema``."""

from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, json
from werkzeug.exceptions import NotFound

from events.catalogue import BY_TYPE
from events.fields import Utc
from events.schema import SCHEMAS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def register_event_schemas(app: Flask) -> None:
    """Anybody may read what an event looks like."""
    blueprint = Blueprint("schemas", __name__)

    @blueprint.get("/schemas/<event_type>.json")
    def get_schema(event_type: str) -> Response:
        if event_type not in BY_TYPE:
            raise NotFound
        body = json.dumps({"$schema": DIALECT, "title": event_type, **json_schema(event_type)})
        return Response(body, content_type="application/schema+json")

    app.register_blueprint(blueprint)


@cache
def json_schema(event_type: str) -> dict[str, Any]:
    """The schema of the data of this type; fields that it doesn't name are allowed, and ignored."""
    plugin = MarshmallowPlugin(schema_name_resolver=_inline)
    APISpec(title="events", version="1", openapi_version="3.1.0", plugins=[plugin])
    assert plugin.converter is not None  # noqa: S101 - set by the line above
    plugin.converter.add_attribute_function(_of_times)
    schema = plugin.converter.schema2jsonschema(SCHEMAS[BY_TYPE[event_type].event])
    # Python's end of text; in JSON Schema's regular expressions it is a dollar sign.
    return dict(json.loads(json.dumps(schema).replace("\\\\Z", "$")))


def _inline(_schema: Any) -> Any:
    return None


def _of_times(_converter: Any, field: Any, **_: Any) -> dict[str, Any]:
    return {"type": "string", "format": "date-time"} if isinstance(field, Utc) else {}
