"""What the document says of ``/oauth/*``, which follows RFC 6749 and its kin rather than our own conventions."""

from typing import Any

from chassis.api.openapi.headers import sent
from user_service.api.oauth.characters import PATTERNS

TAG = "oauth"
ANYBODY = "Anybody may call this."
TOKENS = {"$ref": "#/components/schemas/TokenResponse"}


def _text(description: str, example: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "examples": [example], **more}


ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": _text("What is wrong, as a code of RFC 6749.", "invalid_grant"),
        "error_description": _text("In words.", "It was used before."),
    },
}
CLIENT = {
    "client_id": _text("Who asks, unless the header `Authorization: Basic` says so.", "web"),
    "client_secret": _text("The client's secret, unless the header has it.", "pX0Uv8mC3oN6rQ1sT5wY9z"),
}
SCOPE = _text("Narrows what is asked for; scopes parted by blanks.", "users:read")
TOKEN = {
    "token": _text("The token.", "pX0Uv8mC3oN6rQ1sT5wY9z"),
    "token_type_hint": _text("Changes nothing.", "refresh_token"),
}
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]


def _json(description: str, schema: dict[str, Any], example: Any, *headers: str) -> dict[str, Any]:
    content = {"application/json": {"schema": schema, "example": example}}
    return {"description": description, "headers": sent("traceparent", *headers), "content": content}


def _refusals(*more: str) -> dict[str, Any]:
    reasons = {
        "400": "The request is not right: `error` says how.",
        "401": "The client is not known, or its secret is wrong.",
        "413": "The body is larger than 1 MiB.",
        "429": "Too many requests from this address; try again later.",
        "503": "The database is away, or too busy; try again.",
    }
    error = {"error": "invalid_grant", "error_description": "It was used before."}
    return {
        status: _json(reason, ERROR, error, *(["Retry-After"] if status in {"429", "503"} else []))
        for status, reason in reasons.items()
        if status in {"400", "413", "429", "503", *more}
    }


def _form(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    example = {name: told["examples"][0] for name, told in properties.items() if name in required}
    limited = {
        # What is sent without a value counts as not sent (RFC 6749, 3.2).
        name: {**_limited(name, told), **({"minLength": 1} if name in required else {})}
        for name, told in properties.items()
    }
    schema = {"type": "object", "properties": limited, "required": list(required)}
    return {
        "required": bool(required),
        "content": {"application/x-www-form-urlencoded": {"schema": schema, "example": example}},
    }


def _limited(name: str, told: dict[str, Any]) -> dict[str, Any]:
    return {**told, "pattern": PATTERNS[name]} if name in PATTERNS else told


def _post(name: str, summary: str, form: dict[str, Any], responses: dict[str, Any]) -> dict[str, Any]:
    return {"post": {**_told(name, summary), "parameters": [], "requestBody": form, "responses": responses}}


def _told(name: str, summary: str) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "description": ANYBODY, "tags": [TAG], "security": []}


#: The statuses of answers that are a page; any other sends the browser somewhere.
SHOWN = {"200", "400", "429"}
PAGE = {"content": {"text/html": {"schema": {"type": "string"}, "example": "<!doctype html>…"}}}


def _page(name: str, summary: str, responses: dict[str, str], **more: Any) -> dict[str, Any]:
    answers = {
        status: {"description": reason, "headers": sent("traceparent"), **PAGE}
        if status in SHOWN
        else {"description": reason, "headers": sent("traceparent", "Location")}
        for status, reason in responses.items()
    }
    return {**_told(name, summary), "parameters": [], "responses": answers, **more}


QUERY = {
    "response_type": _text("Always `code`.", "code"),
    "client_id": _text("Which client asks.", "docs"),
    "redirect_uri": _text(
        "Where to go back to: one of the client's registered addresses.", "https://shop.example/back"
    ),
    "scope": SCOPE,
    "state": _text("Given back as it is.", "af0ifjsldkj"),
    "code_challenge": _text("The challenge of PKCE (RFC 7636).", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
    "code_challenge_method": _text("Always `S256`.", "S256"),
}
ASKED = [
    {
        "name": name,
        "in": "query",
        "description": told["description"],
        "schema": {**_limited(name, told), "description": name},
    }
    for name, told in QUERY.items()
]
WRONG = "Back to the client, with what is wrong."
BACK = "Back to the client, with a code, or without one where the user does not allow it."

PATHS: dict[str, Any] = {
    "/oauth/authorize": {
        "parameters": ASKED,
        "get": _page(
            "get_authorization",
            "Sign in on a page, and allow a client what it asks for",
            {
                "200": "The page.",
                "302": WRONG,
                "400": "A page that says why not.",
            },
        ),
        "post": _page(
            "post_authorization",
            "What the page sends",
            {
                "302": WRONG,
                "303": BACK,
                "400": "The page again, or why not.",
                "429": "The page again.",
            },
            requestBody=_form(
                {
                    "email": _text("The user's email.", "ada@example.com"),
                    "password": _text("The user's password.", "correct horse battery staple"),
                    "decision": _text("`allow`; anything else does not.", "allow"),
                }
            ),
        ),
    },
    "/oauth/token": _post(
        "post_token",
        "Get tokens for a code, for a refresh token, or as a client for itself (RFC 6749)",
        _form(
            {
                "grant_type": _text("What the tokens are asked for with.", "refresh_token", enum=GRANTS),
                "code": _text("With `authorization_code`: the code.", "SplxlOBeZQQYbYS6WxSbIA"),
                "redirect_uri": _text("With it: as the authorization was asked for.", "https://shop.example/back"),
                "code_verifier": _text("With it: what the challenge was made of.", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r"),
                "refresh_token": _text("With `refresh_token`: the token, good once.", "pX0Uv8mC3oN6rQ1sT5wY9z"),
                "scope": SCOPE,
                **CLIENT,
            },
            "grant_type",
        ),
        {
            "200": _json(
                "The tokens.",
                TOKENS,
                {"access_token": "eyJhbGciOiJFUzI1NiJ9…", "token_type": "Bearer", "expires_in": 600},
                "Cache-Control",
            ),
            **_refusals("401"),
        },
    ),
    "/oauth/revoke": _post(
        "post_revocation",
        "End a token: a refresh token with its sign-in, an access token alone (RFC 7009)",
        _form({**TOKEN, **CLIENT}, "token"),
        {"200": _json("It is worth nothing any more, if it ever was.", {"type": "object"}, {}), **_refusals("401")},
    ),
    "/oauth/introspect": _post(
        "post_introspection",
        "Tell what a token is, to a client with a secret (RFC 7662)",
        _form({**TOKEN, **CLIENT}, "token"),
        {
            "200": _json(
                "What it says, if it is active.",
                {"type": "object", "required": ["active"], "properties": {"active": {"type": "boolean"}}},
                {"active": False},
            ),
            **_refusals("401"),
        },
    ),
    "/oauth/style.css": {
        "get": {
            **_told("get_style", "How the page looks"),
            "parameters": [],
            "responses": {
                "200": {
                    "description": "The style sheet.",
                    "headers": sent("traceparent"),
                    "content": {"text/css": {"schema": {"type": "string"}, "example": "main {}"}},
                }
            },
        }
    },
    "/.well-known/oauth-authorization-server": {
        "get": {
            **_told("get_metadata", "Where all of this is, and what of it there is (RFC 8414)"),
            "parameters": [],
            "responses": {
                "200": _json(
                    "The metadata.",
                    {
                        "type": "object",
                        "required": ["issuer", "token_endpoint"],
                        "properties": {"issuer": {"type": "string"}, "token_endpoint": {"type": "string"}},
                    },
                    {"issuer": "http://127.0.0.1:5000", "token_endpoint": "http://127.0.0.1:5000/oauth/token"},
                )
            },
        }
    },
}
TAGS = [
    {"name": TAG, "description": "The OAuth 2 authorization server. It refuses as RFC 6749 says, not with problems."}
]
