"""``/oauth/token``, ``/oauth/revoke``, ``/oauth/introspect``, and where they are told (RFC 8414)."""

from typing import Any, cast

from authlib.oauth2 import OAuth2Error
from flask import Blueprint, Response, current_app, g, jsonify
from werkzeug.exceptions import HTTPException

from chassis.api.bodies import takes_form
from chassis.errors import Transient
from user_service.api.oauth.characters import check_characters
from user_service.api.oauth.errors import of_exception, of_oauth_error, of_transient, register_wrong_methods
from user_service.api.oauth.server import server
from user_service.api.token_metrics import count_tokens
from user_service.api.transactions import transactions

blueprint = Blueprint("oauth", __name__, url_prefix="/oauth")
blueprint.register_error_handler(HTTPException, of_exception)
blueprint.register_error_handler(OAuth2Error, of_oauth_error)
blueprint.register_error_handler(Transient, of_transient)
blueprint.after_request(count_tokens)
blueprint.record_once(lambda state: register_wrong_methods(state.app))

well_known = Blueprint("well_known", __name__)


@blueprint.after_request
def challenge(response: Response) -> Response:
    """Ask a client for its secret with a realm, as RFC 7617 wants it; what was wrong is said in the body."""
    if "WWW-Authenticate" in response.headers:
        response.headers["WWW-Authenticate"] = 'Basic realm="event-services"'
    return response


@blueprint.post("/token")
@takes_form
def post_token() -> Response:
    """Give tokens for a code, for a refresh token, or to a client for itself."""
    check_characters()
    # Committed also where it refuses: what is presented twice ends the sign-in that it belongs to.
    with transactions.writing() as g.unit_of_work:
        return cast("Response", server().create_token_response())


@blueprint.post("/revoke")
@takes_form
def post_revocation() -> Response:
    """End a token."""
    return _answer("revocation")


@blueprint.post("/introspect")
@takes_form
def post_introspection() -> Response:
    """Tell what a token is."""
    return _answer("introspection")


def _answer(endpoint: str) -> Response:
    check_characters()
    with transactions.writing() as g.unit_of_work:
        return cast("Response", server().create_endpoint_response(endpoint))


@well_known.get("/.well-known/oauth-authorization-server")
def get_metadata() -> Response:
    """Where everything is, and what of it there is."""
    issuer = current_app.config["SETTINGS"].token_issuer
    secret = ["client_secret_basic", "client_secret_post"]
    told: dict[str, Any] = {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "service_documentation": f"{issuer}/docs",
        "scopes_supported": server().scopes_supported,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none", *secret],
        "revocation_endpoint_auth_methods_supported": ["none", *secret],
        "introspection_endpoint_auth_methods_supported": secret,
        "authorization_response_iss_parameter_supported": True,
    }
    return jsonify(told)
