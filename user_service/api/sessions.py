"""``/sessions``: first-party sign-in, and sign-out."""

from typing import Any
from uuid import UUID

from werkzeug.exceptions import Forbidden

from chassis.api.blueprint import Blueprint
from chassis.api.openapi.headers import sent
from chassis.api.openapi.markers import refuses
from chassis.api.permissions import requires, signed_in
from user_service.api.credentials import check_credentials
from user_service.api.lifetimes import refresh_lifetime
from user_service.api.schemas import Credentials, TokenResponse
from user_service.api.token_metrics import count_tokens
from user_service.api.tokens import FIRST_PARTY_CLIENT, of_user
from user_service.api.transactions import transactions
from user_service.domain.roles import scopes_of
from user_service.use_cases.sign_in import let_in, open_sign_in
from user_service.use_cases.sign_out import sign_out

blueprint = Blueprint("sessions", __name__, description="Sign in and out")
blueprint.after_request(count_tokens)

#: RFC 6749, 5.1: tokens are kept by nobody on the way.
NO_STORE = {"Cache-Control": "no-store"}


@blueprint.post("/sessions")
@refuses(429, "Too many failed sign-ins; try again later.")
@refuses(401, "Email and password don't belong together.")
@blueprint.arguments(Credentials)
@blueprint.response(201, TokenResponse, description="Tokens (RFC 6749).", headers=sent("Cache-Control"))
def create_session(body: dict[str, str]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Sign in with email and password."""
    known, new_hash = check_credentials(body["email"], body["password"])
    with transactions.writing() as unit_of_work:
        user = let_in(known, new_hash, unit_of_work)
        scope = " ".join(sorted(scopes_of(user.roles)))
        sign_in, refresh_token = open_sign_in(user, FIRST_PARTY_CLIENT, scope, refresh_lifetime(), unit_of_work)
        response = of_user(user, sign_in, unit_of_work.now)
    return {**response, "refresh_token": refresh_token}, 201, NO_STORE


@blueprint.delete("/sessions/current")
@requires()
@refuses(403, "A client has not signed in.")
@blueprint.response(204, description="Signed out: there are no new tokens for this sign-in.")
def delete_session() -> None:
    """Sign out here; other sign-ins of the user go on."""
    sign_in_id = signed_in().sign_in_id
    if sign_in_id is None:
        raise Forbidden("A client has not signed in.")
    with transactions.writing() as unit_of_work:
        sign_out(UUID(sign_in_id), unit_of_work)
