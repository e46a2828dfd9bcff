"""The page on which a user lets a client in, and where it leads."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt

from tests.component.conftest import ISSUER, KEY
from tests.component.oauth.asking import ASKED, BACK, NOWHERE, PAIR, SignUp, allow, back, redeem

WRONG = ({"password": "wrong horse battery"}, {"email": "nobody@example.com"}, {"email": "\0"}, {"password": "\0"})


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
