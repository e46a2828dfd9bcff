"""The three grants: what each has to know, and which tokens it gives."""

from typing import Any

from authlib.oauth2 import rfc7636
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from flask import g

from user_service.api.lifetimes import refresh_lifetime
from user_service.api.tokens import of_client, of_user
from user_service.domain.authorization_code import LIFETIME, AuthorizationCode
from user_service.domain.errors import NoOpenSignIn
from user_service.domain.random_secret import hash_of
from user_service.domain.roles import scopes_of
from user_service.domain.user import User
from user_service.use_cases.ports import UnitOfWork
from user_service.use_cases.redeem_code import find_code
from user_service.use_cases.refresh_sign_in import refresh_sign_in
from user_service.use_cases.sign_in import open_sign_in


def _unit_of_work() -> UnitOfWork:
    unit_of_work: UnitOfWork = g.unit_of_work
    return unit_of_work


class ProofKey(rfc7636.CodeChallenge):
    """PKCE, always, and by S256 alone."""

    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]  # noqa: RUF012 - as in the base class
    DEFAULT_CODE_CHALLENGE_METHOD = "S256"

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse what has no challenge, or one that anybody could read."""
        data = grant.request.payload.data
        if not data.get("code_challenge") or data.get("code_challenge_method") != "S256":
            raise InvalidRequestError("A code_challenge is needed, with code_challenge_method S256.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge_method(self, authorization_code: Any) -> str:
        """There is one method."""
        del authorization_code
        return "S256"


class CodeGrant(grants.AuthorizationCodeGrant):
    """``authorization_code``: a user has signed in on our page, and allowed it."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]  # noqa: RUF012 - as in the base class

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep the code, as a hash."""
        unit_of_work = _unit_of_work()
        allowed = set(request.scope.split()) & scopes_of(request.user.roles)
        unit_of_work.authorization_codes.add(
            AuthorizationCode(
                code_hash=hash_of(code),
                client_id=request.client.client_id,
                user_id=request.user.id,
                redirect_uri=request.payload.redirect_uri or "",
                scope=" ".join(sorted(allowed)),
                code_challenge=request.payload.data["code_challenge"],
                expires_at=unit_of_work.now + LIFETIME,
            )
        )

    def query_authorization_code(self, code: str, client: Any) -> "_CodeView | None":
        """The code, if it is good."""
        try:
            return _CodeView(find_code(code, client.client_id, _unit_of_work()))
        except NoOpenSignIn:
            return None

    def authenticate_user(self, authorization_code: "_CodeView") -> User | None:
        """Whose tokens they will be, if the code is still good for that user."""
        code = authorization_code.code
        user = _unit_of_work().users.find(code.user_id)
        return user if user is not None and code.is_good_for(user) else None

    def generate_token(self, *, user: User, scope: str, **_: Any) -> dict[str, Any]:
        """The tokens of a new sign-in."""
        unit_of_work, code = _unit_of_work(), self.request.authorization_code.code
        sign_in, refresh_token = open_sign_in(user, code.client_id, scope, refresh_lifetime(), unit_of_work)
        code.sign_in_id = sign_in.id
        return {**of_user(user, sign_in, unit_of_work.now), "refresh_token": refresh_token}

    def delete_authorization_code(self, authorization_code: "_CodeView") -> None:
        """It is spent, and stays until it expires: who presents it again is to be found out."""


class _CodeView:
    """A code as Authlib asks for it."""

    def __init__(self, code: AuthorizationCode) -> None:
        self.code = code
        self.code_challenge = code.code_challenge

    def get_redirect_uri(self) -> str:
        """Where the request said that the user should come back to; empty if it didn't."""
        return self.code.redirect_uri

    def get_scope(self) -> str:
        """What the user has allowed."""
        return self.code.scope


class RefreshGrant(grants.RefreshTokenGrant):
    """``refresh_token``: the next tokens of a sign-in."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["none"]  # noqa: RUF012 - as in the base class

    def validate_token_request(self) -> None:
        """Spend the token for the next one."""
        client = self._validate_request_client()
        self.request.client = client
        presented = self.request.form.get("refresh_token")
        if not presented:
            raise InvalidRequestError("Missing refresh_token.")
        try:
            self.refreshed = refresh_sign_in(presented, client.client_id, refresh_lifetime(), _unit_of_work())
        except NoOpenSignIn as error:
            raise InvalidGrantError from error

    def create_token_response(self) -> tuple[int, dict[str, Any], Any]:
        """The tokens; a narrower scope holds for this access token alone."""
        user, sign_in, refresh_token = self.refreshed
        asked = self.request.payload.scope
        tokens = of_user(user, sign_in, _unit_of_work().now, asked.split() if asked else None)
        return 200, {**tokens, "refresh_token": refresh_token}, self.TOKEN_RESPONSE_HEADER


class ClientCredentialsGrant(grants.ClientCredentialsGrant):
    """``client_credentials``: another system, for itself."""

    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012 - as in the base class

    def generate_token(self, *, scope: str | None = None, **_: Any) -> dict[str, Any]:
        """An access token alone."""
        client = self.request.client
        return of_client(client.client_id, client.get_allowed_scope(scope).split())
