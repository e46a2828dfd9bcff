"""The next tokens for the last ones."""

from typing import Any

from flask.testing import FlaskClient
from joserfc import jwt

from chassis.store.store import Store
from tests.component.conftest import ADMIN, KEY, bearer
from tests.component.oauth.asking import PAIR, SignUp, allow, back, redeem, token


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
