"""``/livez``, ``/readyz`` and ``/metrics`` of an api process."""

from flask import Blueprint, Flask, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.api.problems import problem
from chassis.observability.health import Checks, failing


def register_health(app: Flask, checks: Checks) -> None:
    """Ready is who can serve: the broker being away is no reason, its events wait in the outbox."""
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/livez")
    def livez() -> Response:
        return jsonify(status="live")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        down = failing(checks)
        return problem(503, f"Not ready: {', '.join(down)}.") if down else jsonify(status="ready")

    @blueprint.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)
