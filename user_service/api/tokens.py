"""Access tokens (RFC 9068) and the answers that carry them (RFC 6749)."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from flask import current_app
from joserfc import jwt
from joserfc.jwk import ECKey
from uuid_utils.compat import uuid4

from chassis.api.app import KEYS
from chassis.api.tokens import ALGORITHM, TYPE
from user_service.domain.roles import scopes_of
from user_service.domain.sign_in import SignIn
from user_service.domain.user import User

LIFETIME_SECONDS = 600
#: The client that first-party sign-in stands for.
FIRST_PARTY_CLIENT = "web"


class SigningKeySource(Protocol):
    """Knows the key that signs."""

    def signing(self) -> ECKey:
        """The key, with its private part."""
        ...


def of_user(user: User, sign_in: SignIn, now: datetime, asked: Iterable[str] | None = None) -> dict[str, Any]:
    """A token response for a user; ``asked`` narrows what the user's roles and the sign-in allow."""
    allowed = scopes_of(user.roles) & set(sign_in.scope.split())
    scopes = allowed if asked is None else allowed & set(asked)
    claims = {"sub": str(user.id), "client_id": sign_in.client_id, "roles": user.roles, "sid": str(sign_in.id)}
    return _response(claims, scopes, user.issue_at(now))


def of_client(client_id: str, scopes: Iterable[str]) -> dict[str, Any]:
    """A token response for a client that acts for itself."""
    return _response({"sub": client_id, "client_id": client_id}, scopes, datetime.now(UTC))


def _response(claims: dict[str, Any], scopes: Iterable[str], issued_at: datetime) -> dict[str, Any]:
    # An empty scope is left out.
    scope = {"scope": " ".join(sorted(scopes))} if scopes else {}
    response = {"access_token": _signed({**claims, **scope}, issued_at), "token_type": "Bearer"}
    return {**response, "expires_in": LIFETIME_SECONDS, **scope}


def _signed(claims: dict[str, Any], issued_at: datetime) -> str:
    settings = current_app.config["SETTINGS"]
    keys: SigningKeySource = current_app.extensions[KEYS]
    key = keys.signing()
    moment = issued_at.timestamp()
    common = {
        "iss": settings.token_issuer,
        "aud": settings.token_audience,
        "iat": moment,
        "exp": int(moment) + LIFETIME_SECONDS,
        "jti": str(uuid4()),
    }
    return jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}, {**common, **claims}, key)
