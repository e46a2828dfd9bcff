"""Issues access tokens (RFC 9068) for the users and what their roles allow."""

from datetime import datetime
from typing import Any, Protocol

from joserfc import jwt
from joserfc.jwk import ECKey
from uuid_utils.compat import uuid4

from chassis.api.tokens import ALGORITHM, TYPE
from user_service.domain.user import User

LIFETIME_SECONDS = 600
#: The client that first-party sign-in stands for.
FIRST_PARTY_CLIENT = "web"

#: Role -> the scopes that it gives; a customer has only what is its own.
SCOPES = {
    "customer": (),
    "support": ("users:read", "orders:read"),
    "admin": ("users:read", "users:write", "credit:write", "orders:read", "orders:write", "products:write"),
}


class SigningKeySource(Protocol):
    """Knows the key that signs."""

    def signing(self) -> ECKey:
        """The key, with its private part."""
        ...


def token_response(
    user: User, keys: SigningKeySource, *, issuer: str, audience: str, now: datetime
) -> dict[str, Any]:
    """An RFC 6749 token response; an empty scope is left out."""
    scope = " ".join(sorted({scope for role in user.roles for scope in SCOPES[role]}))
    issued_at = now.timestamp()
    claims = {
        "iss": issuer,
        "aud": audience,
        "sub": str(user.id),
        "client_id": FIRST_PARTY_CLIENT,
        "roles": user.roles,
        "iat": issued_at,
        "exp": int(issued_at) + LIFETIME_SECONDS,
        "jti": str(uuid4()),
        **({"scope": scope} if scope else {}),
    }
    key = keys.signing()
    token = jwt.encode({"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}, claims, key)
    response = {"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_SECONDS}
    return {**response, **({"scope": scope} if scope else {})}
