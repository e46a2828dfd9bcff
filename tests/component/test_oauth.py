"""The authorization server, as clients meet it."""

import base64
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt

from chassis.store.store import Store
from tests.component.conftest import ADMIN, ISSUER, KEY, bearer
from user_service.use_cases.create_client import create_client

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


@pytest.fixture
def shop(user_store: Store[Any]) -> str:
    """A public client."""
    with user_store.writing() as unit_of_work:
        create_client("shop", "orders:read users:read", [BACK], unit_of_work)
        create_client("other", "users:read", [BACK], unit_of_work)
    return "shop"


@pytest.fixture
def secret(user_store: Store[Any]) -> str:
    """The secret of the client ``billing``."""
    with user_store.writing() as unit_of_work:
        return str(create_client("billing", "credit:write users:read", [], unit_of_work))


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


def test_a_user_lets_a_client_in_and_it_gets_tokens_with_no_more_rights_than_the_user_s(
    users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]

    told = back(allow(users))
    answer = redeem(users, told["code"])

    assert (told["state"], told["iss"]) == ("xyz", ISSUER)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    tokens = answer.get_json()
    claims = jwt.decode(tokens["access_token"], KEY).claims
    assert (claims["sub"], claims["client_id"], claims["roles"]) == (str(user_id), "shop", ["customer"])
    assert "scope" not in tokens
    me = users.get("/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.get_json()["id"] == user_id


def test_the_page_says_who_asks_for_what_and_asks_no_other_host(users: FlaskClient, shop: str) -> None:
    answer = users.get("/oauth/authorize", query_string={**ASKED, "scope": "users:read"})

    assert answer.status_code == 200
    assert "shop" in answer.text
    assert "users:read" in answer.text
    assert "orders:read" not in answer.text
    assert "<script" not in answer.text
    assert "http" not in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "form-action 'self' https://shop.example;" in policy
    assert "frame-ancestors 'none'" in policy
    with users.get("/oauth/style.css") as style:
        assert style.content_type.startswith("text/css")


def test_who_does_not_allow_it_goes_back_without_a_code(users: FlaskClient, shop: str) -> None:
    answer = users.post("/oauth/authorize", query_string=ASKED, data={"decision": "deny"})

    assert back(answer)["error"] == "access_denied"


WRONG = ({"password": "wrong horse battery"}, {"email": "nobody@example.com"}, {"email": "\0"}, {"password": "\0"})


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_pair_gives_no_code_and_the_page_again(
    wrong: dict[str, str], users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()

    answer = users.post("/oauth/authorize", query_string=ASKED, data={**PAIR, **wrong, "decision": "allow"})

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert "don&#39;t belong together" in answer.text


@pytest.mark.parametrize(
    "change",
    [
        {"client_id": "nobody"},
        {"client_id": "web"},
        {"client_id": None},
        {"redirect_uri": NOWHERE},
        {"redirect_uri": f"{BACK}/"},
        {"redirect_uri": f'{BACK}"\u00e9'},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_is_sent_to_an_address_that_is_not_the_client_s(
    method: str, change: dict[str, str | None], users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()
    asked = {name: value for name, value in {**ASKED, **change}.items() if value is not None}

    answer = getattr(users, method)("/oauth/authorize", query_string=asked, data={**PAIR, "decision": "allow"})

    assert (answer.status_code, "Location" in answer.headers) == (400, False)
    assert answer.content_type.startswith("text/html")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_what_is_not_safe_is_refused_where_the_client_hears_it(
    change: dict[str, str | None], error: str, users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()

    answer = allow(users, **change)

    told = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (told["error"], told["state"]) == ([error], ["xyz"])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code_verifier": "w" * 64}, "invalid_grant"),
        ({"code_verifier": None}, "invalid_request"),
        ({"redirect_uri": NOWHERE}, "invalid_grant"),
        ({"code": "guessed"}, "invalid_grant"),
        ({"client_id": "other"}, "invalid_grant"),
        ({"client_id": "nobody"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": None}, "unsupported_grant_type"),
        ({"grant_type": "\u00e9"}, "invalid_request"),
    ],
)
def test_a_code_is_good_only_for_who_began_it(
    change: dict[str, str | None], error: str, users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()
    code = back(allow(users))["code"]

    answer = redeem(users, **{"code": code, **change})

    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == error


def test_a_code_that_comes_again_ends_what_it_was_good_for(users: FlaskClient, shop: str, sign_up: SignUp) -> None:
    sign_up()
    code = back(allow(users))["code"]
    tokens = redeem(users, code).get_json()

    again = redeem(users, code)

    assert again.get_json()["error"] == "invalid_grant"
    refreshed = token(users, grant_type="refresh_token", client_id="shop", refresh_token=tokens["refresh_token"])
    assert refreshed.get_json()["error"] == "invalid_grant"


def test_a_code_from_before_the_password_was_changed_is_good_for_nothing(
    users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    code = back(allow(users))["code"]
    passwords = {"current_password": PAIR["password"], "new_password": "another horse battery"}

    changed = users.put(f"/users/{user_id}/password", json=passwords, headers=bearer(user_id))

    assert changed.status_code == 204
    assert redeem(users, code).get_json()["error"] == "invalid_grant"
    later = back(allow(users, password="another horse battery"))["code"]
    assert redeem(users, later).status_code == 200


def test_a_refresh_token_of_a_sign_in_gives_the_next_ones_to_who_does_not_say_what_client_it_is(
    users: FlaskClient, sign_up: SignUp
) -> None:
    sign_up()
    first = users.post("/sessions", json=PAIR).get_json()

    answer = token(users, grant_type="refresh_token", refresh_token=first["refresh_token"])

    tokens = answer.get_json()
    assert answer.status_code == 200
    assert tokens["refresh_token"] != first["refresh_token"]
    assert jwt.decode(tokens["access_token"], KEY).claims["client_id"] == "web"


def test_a_refresh_may_narrow_the_scope_and_never_widen_it(
    users: FlaskClient, user_store: Store[Any], shop: str, sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    users.put(f"/users/{user_id}/roles", json={"roles": ["admin"]}, headers=bearer("a-client", ADMIN))
    tokens = redeem(users, back(allow(users))["code"]).get_json()

    def refresh(scope: str) -> dict[str, Any]:
        refreshed = token(
            users, grant_type="refresh_token", client_id="shop", refresh_token=tokens["refresh_token"], scope=scope
        )
        tokens.update(refreshed.get_json())
        return dict(refreshed.get_json())

    assert tokens["scope"] == "orders:read users:read"
    assert refresh("users:read")["scope"] == "users:read"
    assert refresh("users:read users:write credit:write")["scope"] == "users:read"
    assert refresh("")["scope"] == "orders:read users:read"


@pytest.mark.parametrize("way", ["basic", "post"])
def test_another_system_gets_a_token_for_itself_with_its_secret(way: str, users: FlaskClient, secret: str) -> None:
    shown = (
        {"headers": basic("billing", secret)} if way == "basic" else {"client_id": "billing", "client_secret": secret}
    )

    answer = token(users, grant_type="client_credentials", **shown)

    tokens = answer.get_json()
    claims = jwt.decode(tokens["access_token"], KEY).claims
    assert (claims["sub"], claims["client_id"], tokens["scope"]) == (
        "billing",
        "billing",
        "credit:write users:read",
    )
    assert "refresh_token" not in tokens


def test_a_client_gets_no_more_than_it_may_have(users: FlaskClient, secret: str) -> None:
    def ask(scope: str) -> Any:
        return token(users, grant_type="client_credentials", scope=scope, headers=basic("billing", secret)).get_json()

    assert ask("users:read")["scope"] == "users:read"
    assert ask("users:read orders:write")["scope"] == "users:read"
    assert ask("everything")["error"] == "invalid_scope"


@pytest.mark.parametrize("shown", ["wrong", "", "another-client"])
def test_a_wrong_secret_gives_nothing(shown: str, users: FlaskClient, secret: str, shop: str) -> None:
    client_id = "shop" if shown == "another-client" else "billing"

    answer = token(users, grant_type="client_credentials", headers=basic(client_id, shown or "x"))

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="event-services"'


@pytest.mark.parametrize("named", [b"\xff\xfe:\xff", b"%00:x", b"billing:%00", b"\xc3\xa9:x", b":x", b"", b"billing"])
def test_a_header_that_names_no_client_gives_nothing(named: bytes, users: FlaskClient, secret: str) -> None:
    headers = {"Authorization": f"Basic {base64.b64encode(named).decode()}"}

    answers = [
        users.post(f"/oauth/{path}", data={"grant_type": "client_credentials", "token": "x"}, headers=headers)
        for path in ("token", "revoke", "introspect")
    ]

    assert [(answer.status_code, answer.get_json()["error"]) for answer in answers] == [(401, "invalid_client")] * 3


def test_a_public_client_gets_nothing_for_itself(users: FlaskClient, shop: str) -> None:
    answer = token(users, grant_type="client_credentials", client_id="shop")

    assert answer.status_code in {400, 401}
    assert answer.get_json()["error"] == "invalid_client"


def revoke(users: FlaskClient, what: str, **form: Any) -> Any:
    return users.post("/oauth/revoke", data={"token": what, **form})


def test_a_revoked_refresh_token_takes_its_sign_in_along_and_an_access_token_goes_alone(
    users: FlaskClient, sign_up: SignUp
) -> None:
    sign_up()
    first, second = (users.post("/sessions", json=PAIR).get_json() for _ in range(2))

    def status(tokens: dict[str, str]) -> tuple[int, int]:
        me = users.get("/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
        refreshed = token(users, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        return me.status_code, refreshed.status_code

    assert revoke(users, first["access_token"]).status_code == 200
    assert revoke(users, second["refresh_token"], token_type_hint="nonsense").status_code == 200
    assert revoke(users, "no token at all").status_code == 200

    assert status(first) == (401, 200)
    assert status(second) == (200, 400)


def test_nobody_revokes_the_token_of_another_client(users: FlaskClient, shop: str, sign_up: SignUp) -> None:
    sign_up()
    tokens = users.post("/sessions", json=PAIR).get_json()

    answer = revoke(users, tokens["refresh_token"], client_id="shop")

    assert answer.get_json()["error"] == "invalid_grant"
    assert token(users, grant_type="refresh_token", refresh_token=tokens["refresh_token"]).status_code == 200


def test_a_client_with_a_secret_may_ask_what_a_token_is(users: FlaskClient, secret: str, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]
    tokens = users.post("/sessions", json=PAIR).get_json()

    def introspect(what: str) -> Any:
        return users.post("/oauth/introspect", data={"token": what}, headers=basic("billing", secret)).get_json()

    told = introspect(tokens["access_token"])
    assert (told["active"], told["sub"], told["client_id"]) == (True, str(user_id), "web")
    assert introspect("nonsense") == {"active": False}
    assert introspect(tokens["refresh_token"]) == {"active": False}
    revoke(users, tokens["access_token"])
    assert introspect(tokens["access_token"]) == {"active": False}
    refused = users.post("/oauth/introspect", data={"token": tokens["access_token"]})
    assert refused.get_json()["error"] == "invalid_client"


def test_a_client_that_is_disabled_gets_nothing(users: FlaskClient, user_store: Store[Any], secret: str) -> None:
    with user_store.writing() as unit_of_work:
        unit_of_work.clients.find("billing").disabled_at = unit_of_work.now

    answer = token(users, grant_type="client_credentials", headers=basic("billing", secret))

    assert answer.get_json()["error"] == "invalid_client"


def test_where_everything_is_is_told(users: FlaskClient) -> None:
    told = users.get("/.well-known/oauth-authorization-server").get_json()

    assert told["issuer"] == ISSUER
    assert told["token_endpoint"] == f"{ISSUER}/oauth/token"
    assert told["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert told["code_challenge_methods_supported"] == ["S256"]


def test_a_parameter_that_is_not_known_is_ignored_whatever_it_says(
    users: FlaskClient, shop: str, sign_up: SignUp
) -> None:
    sign_up()
    unknown = {"\u00e9": "\u00e9", "utm_source": '"\n\u0000'}

    page = users.get("/oauth/authorize", query_string={**ASKED, **unknown})
    answer = redeem(users, code=back(allow(users))["code"], **unknown)

    assert (page.status_code, answer.status_code) == (200, 200)


def test_refusals_are_those_of_the_standard_also_where_flask_refuses(users: FlaskClient) -> None:
    wrong_method = users.get("/oauth/token")
    not_a_form = users.post("/oauth/token", json={"grant_type": "client_credentials"})
    too_much = users.post("/oauth/token", data={"grant_type": "x" * (1 << 20) + "y"})
    without_length = users.post(
        "/oauth/token",
        input_stream=BytesIO(b"grant_type=" + b"x" * (1 << 20)),
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert (wrong_method.status_code, wrong_method.get_json()["error"]) == (405, "invalid_request")
    assert "POST" in wrong_method.headers["Allow"]
    assert (not_a_form.status_code, not_a_form.get_json()["error"]) == (400, "unsupported_grant_type")
    for refused in (too_much, without_length):
        assert (refused.status_code, refused.get_json()["error"]) == (413, "invalid_request")
