"""Ending tokens (RFC 7009), and telling what they are (RFC 7662)."""

from datetime import UTC, datetime
from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import current_app, g

from chassis.api.authentication import EXTENSION, is_revoked
from chassis.api.tokens import InvalidToken, TokenVerifier
from chassis.caller import Caller
from user_service.api.tokens import LIFETIME_SECONDS
from user_service.domain.random_secret import hash_of
from user_service.domain.sign_in import SignIn


class Found:
    """A token of ours: an access token that is still good, or the sign-in that a refresh token belongs to."""

    def __init__(self, caller: Caller | None, sign_in: SignIn | None) -> None:
        self.caller = caller
        self.sign_in = sign_in

    def check_client(self, client: Any) -> bool:
        """True if it was issued to this client."""
        about = self.caller or self.sign_in
        return about is not None and about.client_id == client.client_id

    def is_expired(self) -> bool:
        """One that has expired is not found at all."""
        return False

    def is_revoked(self) -> bool:
        """As little is one that is revoked."""
        return False


def find_token(token: str) -> Found | None:
    """What this is, if it is good for anything."""
    sign_in = _sign_in_of(token)
    if sign_in is not None:
        return Found(None, sign_in)
    caller = _caller_of(token)
    return Found(caller, None) if caller is not None else None


def _sign_in_of(token: str) -> SignIn | None:
    known = g.unit_of_work.refresh_tokens.find(hash_of(token))
    sign_in = g.unit_of_work.sign_ins.find(known.sign_in_id) if known is not None and known.spent_at is None else None
    return sign_in if sign_in is not None and sign_in.is_open(g.unit_of_work.now) else None


def _caller_of(token: str) -> Caller | None:
    verifier: TokenVerifier = current_app.extensions[EXTENSION]
    try:
        caller = verifier.verify(token)
    except InvalidToken:
        return None
    return None if is_revoked(caller) else caller


class _AnyHint:
    """The kind of a token is seen from the token: a hint, even one that we don't know, changes nothing."""

    def check_params(self, request: Any, _client: Any) -> None:
        """There has to be a token."""
        if not request.form.get("token"):
            raise InvalidRequestError("Missing token.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> Found | None:
        """The token, if it is good for anything."""
        del token_type_hint
        return find_token(token_string)


class Revocation(_AnyHint, RevocationEndpoint):
    """A client ends a token of its own."""

    CLIENT_AUTH_METHODS = ["none", "client_secret_basic", "client_secret_post"]  # noqa: RUF012 - as in the base class

    def revoke_token(self, token: Found, request: Any) -> None:
        """A refresh token goes with its whole sign-in, an access token alone."""
        del request
        if token.sign_in is not None:
            token.sign_in.end(g.unit_of_work.now)
        elif token.caller is not None:
            g.unit_of_work.revoked_tokens.add(token.caller.token_id, _expiry(token.caller))


class Introspection(_AnyHint, IntrospectionEndpoint):
    """A client with a secret asks what a token is that somebody has shown to it."""

    CLIENT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]  # noqa: RUF012 - as in the base class

    def check_permission(self, token: Found, client: Any, request: Any) -> bool:
        """Of access tokens any such client may ask; of refresh tokens nobody but their own."""
        del request
        return token.caller is not None or token.check_client(client)

    def introspect_token(self, token: Found) -> dict[str, Any]:
        """What the token says."""
        caller = token.caller
        if caller is None:
            return {"active": True}
        settings = current_app.config["SETTINGS"]
        told = {
            "active": True,
            "token_type": "Bearer",
            "sub": caller.subject,
            "client_id": caller.client_id,
            "iss": settings.token_issuer,
            "aud": settings.token_audience,
            "iat": int(caller.issued_at.timestamp()),
            "exp": int(_expiry(caller).timestamp()),
            "jti": caller.token_id,
        }
        return {**told, **({"scope": " ".join(sorted(caller.scopes))} if caller.scopes else {})}


def _expiry(caller: Caller) -> datetime:
    return datetime.fromtimestamp(int(caller.issued_at.timestamp()) + LIFETIME_SECONDS, UTC)
