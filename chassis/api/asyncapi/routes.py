"""``/asyncapi.json``: the events that a service sends and receives."""

import json
from functools import cache

from flask import Response
from flask_smorest import Api

from chassis.api.asyncapi.document import document
from chassis.api.blueprint import Blueprint


def register_asyncapi(api: Api, service: str) -> None:
    """Anybody may read which events there are."""
    blueprint = Blueprint(
        "events", __name__, description="What this service sends and receives", needs_database=False
    )

    @cache
    def text() -> str:
        return json.dumps(document([service]))

    @blueprint.get("/asyncapi.json")
    @blueprint.response(
        200, {"type": "object", "examples": [{"asyncapi": "3.0.0"}]}, description="An AsyncAPI document."
    )
    def get_asyncapi() -> Response:
        """Read which events the service sends and receives (AsyncAPI 3.0)."""
        return Response(text(), content_type="application/json")

    api.register_blueprint(blueprint)
