"""Ending a token, and asking what one is."""

from typing import Any

from flask.testing import FlaskClient

from tests.component.oauth.asking import PAIR, SignUp, basic, token


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
