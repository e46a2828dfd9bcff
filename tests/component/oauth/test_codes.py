"""Codes: good once, soon, for who began it."""

import pytest
from flask.testing import FlaskClient

from tests.component.conftest import bearer
from tests.component.oauth.asking import NOWHERE, PAIR, SignUp, allow, back, redeem, token


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
