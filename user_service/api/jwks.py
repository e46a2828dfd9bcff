"""``/.well-known/jwks.json``: the keys by which anybody can check our tokens (RFC 7517)."""

from flask import Response, current_app, json

from chassis.api.app import KEYS
from chassis.api.blueprint import Blueprint
from chassis.api.openapi.headers import sent
from user_service.api.schemas import KeySet

blueprint = Blueprint("jwks", __name__, description="The keys that sign tokens")


@blueprint.get("/.well-known/jwks.json")
@blueprint.response(
    200,
    KeySet,
    content_type="application/jwk-set+json",
    description="A JSON Web Key Set.",
    headers=sent("Cache-Control"),
)
def get_jwks() -> Response:
    """Read the public keys that check our tokens (RFC 7517)."""
    keys = current_app.extensions[KEYS].published()
    body = json.dumps({"keys": [key.as_dict(private=False) for key in keys]})
    return Response(body, content_type="application/jwk-set+json", headers={"Cache-Control": "public, max-age=300"})
