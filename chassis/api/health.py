"""``/livez``, ``/readyz`` and ``/metrics`` of an api process."""

from flask import Response, jsonify
from flask_smorest import Api
from marshmallow import Schema, fields, validate
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.api.blueprint import Blueprint
from chassis.api.openapi.markers import refuses
from chassis.api.problems import RETRY_AFTER, problem
from chassis.observability.health import Checks, failing
from events.fields import meaning

METRICS = {
    "type": "string",
    "examples": ['http_requests_total{method="GET",route="/livez",service="user_service",status="200"} 1.0'],
}


class Live(Schema):
    """The process runs."""

    status = fields.String(
        required=True, validate=validate.Equal("live"), metadata=meaning("Always the same.", "live")
    )


class Ready(Schema):
    """The process can serve."""

    status = fields.String(
        required=True, validate=validate.Equal("ready"), metadata=meaning("Always the same.", "ready")
    )


def register_health(api: Api, checks: Checks) -> None:
    """Ready is who can serve: the broker being away is no reason, its events wait in the outbox."""
    blueprint = Blueprint("health", __name__, description="Whether the service is well", needs_database=False)

    @blueprint.get("/livez")
    @blueprint.response(200, Live, description="The process runs.")
    def livez() -> Response:
        """Ask whether the process runs."""
        return jsonify(status="live")

    @blueprint.get("/readyz")
    @refuses(503, "It can't serve just now; the detail names the check that fails.")
    @blueprint.response(200, Ready, description="The process can serve.")
    def readyz() -> Response:
        """Ask whether the process can serve."""
        if down := failing(checks):
            return problem(503, f"Not ready: {', '.join(down)}.", headers=RETRY_AFTER)
        return jsonify(status="ready")

    @blueprint.get("/metrics")
    @blueprint.response(200, METRICS, content_type="text/plain", description="In Prometheus' text format.")
    def metrics() -> Response:
        """Read the process's metrics."""
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    api.register_blueprint(blueprint)
