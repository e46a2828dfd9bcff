"""user_service's REST API."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from chassis.store.store import Store
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import count, outbox

NEW = {"name": "Ada", "email": "ada@example.com", "password": "correct horse battery"}
SignUp = Callable[..., dict[str, Any]]


@on_each_database
def test_signing_up_answers_the_user_and_where_it_is(users: FlaskClient) -> None:
    answer = users.post("/users", json={**NEW, "name": "  Ada  "})

    user = answer.get_json()
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/users/{user['id']}")
    assert {key: user[key] for key in user if key not in {"id", "created_at", "updated_at"}} == {
        "name": "Ada",
        "email": "ada@example.com",
        "email_confirmed": False,
        "status": "active",
        "roles": ["customer"],
        "credit_limit_cents": 100_000,
        "available_credit_cents": 100_000,
    }
    assert user["created_at"].endswith("Z")


@on_each_database
def test_an_email_can_be_taken_once_in_whatever_case(users: FlaskClient, user_store: Store[Any]) -> None:
    users.post("/users", json=NEW)

    answer = users.post("/users", json={**NEW, "email": "ADA@example.com"})

    assert (answer.status_code, answer.content_type) == (409, "application/problem+json")
    assert count(user_store, "users") == 1
    assert count(user_store, "outbox") == 1


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"name": 5}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": f"{'x' * 250}@example.com"}, "email"),
        ({"email": "a@ex\ud800.com"}, "email"),
        ({"email": '"\\\x01"@example.com'}, "email"),
        ({"email": f"{'İ' * 240}@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 129}, "password"),
        ({"password": "\ud800" * 12}, "password"),
        ({"roles": ["admin"]}, "roles"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(
    change: dict[str, Any], path: str, users: FlaskClient, user_store: Store[Any]
) -> None:
    answer = users.post("/users", json={**NEW, **change})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [path]
    assert (count(user_store, "users"), count(user_store, "outbox")) == (0, 0)


def test_a_user_sees_itself_and_only_readers_see_others(users: FlaskClient, sign_up: SignUp) -> None:
    ada, eve = sign_up()["id"], sign_up(email="eve@example.com")["id"]

    def status(path: str, headers: dict[str, str]) -> int:
        return users.get(path, headers=headers).status_code

    assert status(f"/users/{ada}", bearer(ada)) == 200
    assert status("/users/me", bearer(ada)) == 200
    assert status(f"/users/{ada}", bearer(eve)) == 403
    assert status(f"/users/{ada}", {}) == 401
    assert status(f"/users/{ada}", bearer(eve, "users:read")) == 200
    assert status("/users/999", bearer(eve)) == 403
    assert status("/users/999", bearer(eve, "users:read")) == 404
    assert status("/users/me", bearer("a-client", ADMIN)) == 403


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path",
    [
        "/users/01",
        f"/users/{chr(0xFF11)}",
        "/users/0",
        "/users/abc",
        f"/users/{2**63}",
        f"/users/{'9' * 5000}",
        "/users/-1",
        "/users//1",
        "/nothing",
    ],
)
def test_a_path_that_is_no_id_is_not_found(path: str, method: str, users: FlaskClient) -> None:
    answer = users.open(path, method=method, json={}, headers=bearer(1, ADMIN))

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_a_path_that_is_no_id_has_no_methods_either(method: str, users: FlaskClient) -> None:
    assert users.open(f"/users/{2**63}", method=method, headers=bearer(1, ADMIN)).status_code == 404


@on_each_database
def test_setting_a_credit_limit_needs_the_right_and_is_told(
    users: FlaskClient, sign_up: SignUp, user_store: Store[Any]
) -> None:
    ada = sign_up()["id"]

    refused = users.put(f"/users/{ada}/credit-limit", json={"credit_limit_cents": 5}, headers=bearer(ada))
    answer = users.put(
        f"/users/{ada}/credit-limit", json={"credit_limit_cents": 5}, headers=bearer(9, "credit:write")
    )

    assert refused.status_code == 403
    assert (answer.status_code, answer.get_json()["available_credit_cents"]) == (200, 5)
    assert [event.type for event in outbox(user_store)] == ["user.registered.v1", "user.credit_limit_changed.v1"]


@pytest.mark.parametrize("limit", [-1, 10**12 + 1, 1.5, "5", True, None])
def test_a_limit_that_is_no_amount_is_refused(limit: Any, users: FlaskClient, sign_up: SignUp) -> None:
    ada = sign_up()["id"]

    answer = users.put(f"/users/{ada}/credit-limit", json={"credit_limit_cents": limit}, headers=bearer(9, ADMIN))

    assert answer.status_code == 422


def test_signing_in_gives_a_token_that_is_kept_by_nobody(users: FlaskClient, sign_up: SignUp) -> None:
    sign_up()

    answer = users.post("/sessions", json={"email": "Ada@Example.com", "password": NEW["password"]})

    session = answer.get_json()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 600)
    assert "scope" not in session


@pytest.mark.parametrize("wrong", [{"password": "wrong horse battery"}, {"email": "nobody@example.com"}])
def test_a_wrong_pair_is_refused_alike_whichever_half_is_wrong(
    wrong: dict[str, str], users: FlaskClient, sign_up: SignUp
) -> None:
    sign_up()

    answer = users.post("/sessions", json={"email": NEW["email"], "password": NEW["password"], **wrong})

    assert answer.status_code == 401
    assert answer.get_json()["detail"] == "Email and password don't belong together."


@on_each_database
def test_credentials_that_no_database_takes_are_refused(users: FlaskClient) -> None:
    answer = users.post("/sessions", json={"email": "a\u0000@example.com", "password": NEW["password"]})

    assert answer.status_code == 422


@on_each_database
def test_an_error_of_the_database_tells_no_parameters(user_store: Store[Any]) -> None:
    with pytest.raises(Exception) as told, user_store.writing() as unit_of_work:  # noqa: PT011 - whichever it is
        unit_of_work._connection.execute(text("SELECT * FROM nowhere WHERE x = :secret"), {"secret": "a hash"})

    assert "a hash" not in f"{told.value} {told.value.__cause__}"


def test_the_keys_are_public_and_only_their_public_part(users: FlaskClient) -> None:
    (key,) = users.get("/.well-known/jwks.json").get_json()["keys"]

    assert key["kty"] == "EC"
    assert "d" not in key
