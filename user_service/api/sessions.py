"""``/sessions``: first-party sign-in."""

from datetime import UTC, datetime
from typing import Any

from flask import current_app

from chassis.api.app import KEYS
from chassis.api.blueprint import Blueprint
from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import refuses
from user_service.api.passwords import Argon2Passwords
from user_service.api.schemas import Credentials, TokenResponse
from user_service.api.tokens import token_response
from user_service.api.transactions import transactions
from user_service.use_cases.sign_in import sign_in

blueprint = Blueprint("sessions", __name__, description="Sign in")
passwords = Argon2Passwords()

#: RFC 6749, 5.1: tokens are kept by nobody on the way.
NO_STORE = {"Cache-Control": "no-store"}


@blueprint.post("/sessions")
@refuses(401, "Email and password don't belong together.")
@blueprint.arguments(Credentials)
@blueprint.response(201, TokenResponse, description="An access token (RFC 6749).", headers=sent("Cache-Control"))
def create_session(body: dict[str, str]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Sign in with email and password."""
    with transactions.reading() as unit_of_work:
        user = sign_in(body["email"], body["password"], passwords, unit_of_work)
    settings = current_app.config["SETTINGS"]
    response = token_response(
        user,
        current_app.extensions[KEYS],
        issuer=settings.token_issuer,
        audience=settings.token_audience,
        now=datetime.now(UTC),
    )
    return response, 201, NO_STORE
