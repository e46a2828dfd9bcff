"""Who calls, from the bearer token (RFC 6750), for Flask-Principal."""

from collections.abc import Callable

from flask import Flask, current_app, g, request
from flask_principal import AnonymousIdentity, Identity, Need, Principal

from chassis.api.tokens import TokenVerifier
from chassis.caller import Caller

EXTENSION = "token_verifier"
REVOKED = "revoked"
#: Tells whether a caller's token was revoked since it was issued.
Revoked = Callable[[Caller], bool]


def scope_need(scope: str) -> Need:
    """Wants a scope in the token."""
    return Need("scope", scope)


def user_need(user_id: int) -> Need:
    """Wants to be this user."""
    return Need("user", user_id)


def register_authentication(app: Flask, verifier: TokenVerifier, revoked: Revoked) -> None:
    """Load the caller's identity before each request; whether one is needed is the route's to say."""
    app.extensions[EXTENSION] = verifier
    app.extensions[REVOKED] = revoked
    Principal(app, use_sessions=False).identity_loader(_load_identity)


def is_revoked(caller: Caller) -> bool:
    """True if the caller's token was good, and is no more."""
    revoked: Revoked = current_app.extensions[REVOKED]
    return revoked(caller)


def _load_identity() -> Identity:
    # Never raises: in here an exception would become a 500. `permissions.requires` answers what is noted.
    g.caller = None
    g.token_problem = None
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or request.endpoint is None:
        return AnonymousIdentity()
    verifier: TokenVerifier = current_app.extensions[EXTENSION]
    try:
        g.caller = verifier.verify(token.strip())
    except Exception as error:  # noqa: BLE001 - raised again by `requires`
        g.token_problem = error
        return AnonymousIdentity()
    return _identity(g.caller)


def _identity(caller: Caller) -> Identity:
    identity = Identity(caller.subject)
    identity.provides.update(scope_need(scope) for scope in caller.scopes)
    if caller.user_id is not None:
        identity.provides.add(user_need(caller.user_id))
    return identity
