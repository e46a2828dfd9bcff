"""A client that asks for tokens, step by step."""

import base64
from collections.abc import Callable
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

SignUp = Callable[..., dict[str, Any]]


PAIR = {"email": "ada@example.com", "password": "correct horse battery"}


BACK = "https://shop.example/back"


VERIFIER = "v" * 64


CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


ASKED = {
    "response_type": "code",
    "client_id": "shop",
    "redirect_uri": BACK,
    "state": "xyz",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


NOWHERE = "https://evil.example/"


def allow(users: FlaskClient, **changes: Any) -> Any:
    asked = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    form = {**PAIR, "decision": "allow", "password": asked.pop("password", PAIR["password"])}
    return users.post("/oauth/authorize", query_string=asked, data=form)


def back(answer: Any) -> dict[str, str]:
    """What the client is told when the user comes back."""
    assert answer.status_code == 303, answer.text
    place = urlsplit(answer.headers["Location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == BACK
    return {name: value for name, (value,) in parse_qs(place.query).items()}


def token(users: FlaskClient, **form: Any) -> Any:
    headers = form.pop("headers", {})
    return users.post("/oauth/token", data=form, headers=headers)


def redeem(users: FlaskClient, code: str, **changes: Any) -> Any:
    form = {
        "grant_type": "authorization_code",
        "client_id": "shop",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        **changes,
    }
    return token(users, **{name: value for name, value in form.items() if value is not None})


def basic(client_id: str, secret: str) -> dict[str, str]:
    return {"Authorization": f"Basic {base64.b64encode(f'{client_id}:{secret}'.encode()).decode()}"}
