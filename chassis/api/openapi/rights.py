"""Who may call what, in words and as security requirements, read off ``@requires``."""

from typing import Any

from chassis.settings import Settings

#: Every scope that a token may have.
SCOPES = {
    "users:read": "Look at every user.",
    "users:write": "Change every user, its roles too.",
    "credit:write": "Set credit limits.",
    "orders:read": "Look at every order.",
    "orders:write": "Order for others, and cancel their orders.",
    "products:write": "Set the products and their prices.",
}


def security_schemes(settings: Settings) -> dict[str, Any]:
    """How a caller shows who it is."""
    token = {"tokenUrl": f"{settings.token_issuer}/oauth/token", "scopes": SCOPES}
    code = {
        "authorizationUrl": f"{settings.token_issuer}/oauth/authorize",
        "refreshUrl": f"{settings.token_issuer}/oauth/token",
        **token,
    }
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token (RFC 9068) that user_service issued, of `POST /sessions` for example.",
        },
        "oauth2": {
            "type": "oauth2",
            "description": (
                "OAuth 2 as RFC 9700 wants it. Users sign in by authorization code, always with PKCE (RFC 7636) and "
                "its method S256; other systems use their client credentials."
            ),
            "flows": {"authorizationCode": code, "clientCredentials": token},
        },
    }


def security(view: Any) -> list[dict[str, list[str]]]:
    """What a call of the view needs; of the alternatives any one is enough."""
    if not hasattr(view, "required"):
        return []
    scopes, owner = view.required
    any_caller: list[list[str]] = [] if scopes and owner is None else [[]]
    return [{"bearer": []}, *({"oauth2": needed} for needed in [*([scope] for scope in scopes), *any_caller])]


def in_words(view: Any) -> str:
    """Who may call the view."""
    if not hasattr(view, "required"):
        return "Anybody may call this."
    scopes, owner = view.required
    allowed = [f"the user whom `{owner}` names"] if owner else []
    if scopes:
        allowed.append(f"a caller whose token has {' or '.join(f'`{scope}`' for scope in scopes)}")
    return f"Who may call this: {', or '.join(allowed) or 'any signed-in caller'}."
