"""``/.well-known/jwks.json``: the keys by which anybody can check our tokens (RFC 7517)."""

from flask import Response, current_app, json

from chassis.api.app import KEYS
from chassis.api.blueprint import Blueprint

blueprint = Blueprint("jwks", __name__, description="The keys that sign tokens")


@blueprint.get("/.well-known/jwks.json")
@blueprint.response(200, description="A JSON Web Key Set")
def get_jwks() -> Response:
    """The public keys."""
    key = current_app.extensions[KEYS].signing()
    body = json.dumps({"keys": [key.as_dict(private=False)]})
    return Response(body, content_type="application/jwk-set+json", headers={"Cache-Control": "public, max-age=300"})
