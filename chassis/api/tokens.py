"""Access tokens (RFC 9068): asymmetric, so that who checks them can't make them."""

import threading
from datetime import UTC, datetime
from time import time
from typing import Any

from cachetools import TTLCache
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from chassis.api.keys import KeySource
from chassis.caller import Caller
from events.fields import MAX_USER_ID

ALGORITHM = "ES256"
TYPE = "at+jwt"
#: How far apart the clocks of two of our hosts may be.
LEEWAY_SECONDS = 5
#: A token that was good is not looked at again for so long; the signature is most of the work.
REMEMBERED_SECONDS = 10
REMEMBERED_TOKENS = 10_000


class InvalidToken(Exception):
    """The token is not one of ours, or not any more."""


class TokenVerifier:
    """Checks tokens with the issuer's public keys alone."""

    def __init__(self, keys: KeySource, issuer: str, audience: str) -> None:
        self._keys = keys
        self._registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
        )
        #: Tokens that were good, until when they are, and whose they are.
        self._good: TTLCache[str, tuple[float, Caller]] = TTLCache(REMEMBERED_TOKENS, REMEMBERED_SECONDS)
        self._lock = threading.Lock()

    def verify(self, token: str) -> Caller:
        """Who holds the token; InvalidToken if it is not good, KeysUnavailable if that can't be known.

        A key that its issuer has withdrawn is taken for a few seconds more.
        """
        with self._lock:
            expires_at, caller = self._good.get(token, (0.0, None))
        if caller is not None and time() < expires_at + LEEWAY_SECONDS:
            return caller
        expires_at, caller = self._verified(token)
        with self._lock:
            self._good[token] = expires_at, caller
        return caller

    def _verified(self, token: str) -> tuple[float, Caller]:
        try:
            decoded = jwt.decode(token, self._key(token), algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                raise InvalidToken("not an access token")
            self._registry.validate(decoded.claims)
            return float(decoded.claims["exp"]), _caller(decoded.claims)
        except (JoseError, ValueError, TypeError, OverflowError) as error:
            raise InvalidToken(type(error).__name__) from error

    def _key(self, token: str) -> ECKey:
        header = jws.extract_compact(token.encode()).headers()
        key_id = header.get("kid")
        key = self._keys.find(key_id) if isinstance(key_id, str) else None
        if key is None:
            raise InvalidToken("unknown key")
        return key


def _caller(claims: dict[str, Any]) -> Caller:
    subject = str(claims["sub"])
    sign_in_id = claims.get("sid")
    return Caller(
        subject=subject,
        user_id=_user_id(subject),
        client_id=str(claims.get("client_id", "")),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        issued_at=datetime.fromtimestamp(claims["iat"], UTC),
        token_id=str(claims.get("jti", "")),
        sign_in_id=None if sign_in_id is None else str(sign_in_id),
    )


def _user_id(subject: str) -> int | None:
    # A client's id begins with a letter, a user's is a number.
    if not (subject.isascii() and subject.isdigit()):
        return None
    user_id = int(subject)
    if not 0 < user_id <= MAX_USER_ID:
        raise InvalidToken("no user's id")
    return user_id
