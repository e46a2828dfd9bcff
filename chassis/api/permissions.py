"""What a route asks of its caller; one ``@requires`` directly under each route."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import g
from flask_principal import Permission
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Forbidden, ServiceUnavailable, Unauthorized

from chassis.api.authentication import is_revoked, scope_need, user_need
from chassis.api.keys import KeysUnavailable
from chassis.api.tokens import InvalidToken
from chassis.caller import Caller

F = TypeVar("F", bound=Callable[..., Any])


def requires(*scopes: str, owner: str | None = None) -> Callable[[F], F]:
    """Let in who has one of the scopes, or is the user that the path's ``owner`` names; with neither, who signed in.

    401 without a good token, 403 without the right.
    """

    def decorate(view: F) -> F:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            g.admitted = _in_force(signed_in())
            needs = [scope_need(scope) for scope in scopes]
            if owner is not None:
                needs.append(user_need(kwargs[owner]))
            # Flask-Principal takes several needs for "any of them", which is what is meant here.
            if needs and not Permission(*needs).can():
                raise Forbidden("The token does not give this right.")
            return view(*args, **kwargs)

        guarded.required = (scopes, owner)  # type: ignore[attr-defined] # for the test that every route has one
        return cast("F", guarded)

    return decorate


def signed_in() -> Caller:
    """Who calls; 401 for nobody, 503 while the issuer's keys can't be had."""
    if isinstance(g.token_problem, KeysUnavailable):
        raise ServiceUnavailable("Tokens can't be checked just now.", retry_after=1)
    if isinstance(g.token_problem, InvalidToken):
        raise _unauthorized("The token is not valid.", error="invalid_token")
    if g.token_problem is not None:
        raise g.token_problem
    if g.caller is None:
        raise _unauthorized("A bearer token is needed.")
    return cast("Caller", g.caller)


def _in_force(caller: Caller) -> Caller:
    if is_revoked(caller):
        raise _unauthorized("The token is not valid any more.", error="invalid_token")
    return caller


def may(scope: str) -> bool:
    """True if the caller's token has this scope."""
    return bool(Permission(scope_need(scope)).can())


class Challenge(WWWAuthenticate):
    """Bearer, with every value in quotes: of the realm RFC 9110 wants it, of the error some clients."""

    def to_header(self) -> str:
        """The header's value."""
        return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in self.parameters.items())


def _unauthorized(description: str, **parameters: str) -> Unauthorized:
    challenge = Challenge("bearer", {"realm": "event-services", **parameters})
    return Unauthorized(description, www_authenticate=challenge)
