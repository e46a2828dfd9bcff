"""Sign-ins and what ends them: signing out, another password, other roles."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from joserfc import jwt
from sqlalchemy import select, update

from chassis.store.store import Store
from tests.component.conftest import ADMIN, KEY, bearer
from tests.component.signing_in import (
    EMAIL,
    NEW,
    PASSWORD,
    SignUp,
    by,
    open_sign_ins,
    revocations,
    sign_in,
    status,
)
from tests.matrix import on_each_database
from user_service.store.tables import REFRESH_TOKENS, USERS


def test_a_sign_in_gives_both_tokens_and_keeps_of_the_second_only_a_hash(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()

    session = sign_in(users)

    with user_store.connection(writes=False) as connection:
        (row,) = connection.execute(select(REFRESH_TOKENS)).all()
    assert session["refresh_token"] not in str(row)
    claims = jwt.decode(session["access_token"], KEY).claims
    assert claims["sid"] == str(row.sign_in_id)
    assert claims["iat"] != int(claims["iat"])


@on_each_database
def test_tokens_follow_each_other_whoever_s_clock_lags(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    ahead = datetime.now(UTC) + timedelta(seconds=3)
    with user_store.connection(writes=True) as connection:
        connection.execute(update(USERS).values(token_clock=ahead))

    issued = [jwt.decode(sign_in(users)["access_token"], KEY).claims["iat"] for _ in range(3)]

    assert ahead.timestamp() < issued[0] < issued[1] < issued[2]


@on_each_database
def test_signing_out_ends_this_sign_in_and_no_other(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    here, _there = sign_in(users), sign_in(users)

    answers = [users.delete("/sessions/current", headers=by(here)) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
    assert open_sign_ins(user_store) == 1
    assert users.delete("/sessions/current").status_code == 401
    assert users.delete("/sessions/current", headers=bearer("a-client", ADMIN)).status_code == 403


def test_another_password_ends_every_token_and_is_told(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    path = f"/users/{sign_up()['id']}/password"
    session = sign_in(users)

    answer = users.put(path, json={"current_password": PASSWORD, "new_password": NEW}, headers=by(session))

    assert (answer.status_code, answer.data) == (204, b"")
    assert status(users, session) == 401
    assert open_sign_ins(user_store) == 0
    assert users.post("/sessions", json={"email": EMAIL, "password": PASSWORD}).status_code == 401
    fresh = sign_in(users, NEW)
    assert status(users, fresh) == 200
    (told,) = revocations(user_store)
    assert told.issued_before.timestamp() < jwt.decode(fresh["access_token"], KEY).claims["iat"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"current_password": "wrong horse battery", "new_password": NEW}, "current_password"),
        ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ({"new_password": NEW}, "current_password"),
    ],
)
def test_a_password_is_not_changed_by_who_does_not_know_it_or_to_a_bad_one(
    body: dict[str, str], path: str, users: FlaskClient, sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    session = sign_in(users)

    answer = users.put(f"/users/{user_id}/password", json=body, headers=by(session))

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [path])
    assert status(users, session) == 200
    sign_in(users)


def test_a_password_is_the_user_s_own_to_change_and_goes_by_its_tag(users: FlaskClient, sign_up: SignUp) -> None:
    path = f"/users/{sign_up()['id']}"
    body = {"current_password": PASSWORD, "new_password": NEW}
    mine = by(sign_in(users))

    assert users.put(f"{path}/password", json=body, headers=bearer(9, ADMIN)).status_code == 403
    stale = users.put(f"{path}/password", json=body, headers={**mine, "If-Match": '"stale"'})
    assert stale.status_code == 412
    seen = users.get(path, headers=mine).headers["ETag"]
    assert users.put(f"{path}/password", json=body, headers={**mine, "If-Match": seen}).status_code == 204


def test_other_roles_end_the_tokens_that_tell_of_the_old_ones(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    path = f"/users/{sign_up()['id']}/roles"
    session = sign_in(users)

    answer = users.put(path, json={"roles": ["support"]}, headers=bearer("a-client", "users:write"))

    assert (answer.status_code, answer.get_json()["roles"]) == (200, ["customer", "support"])
    assert status(users, session) == 401
    assert sign_in(users)["scope"] == "orders:read users:read"
    assert len(revocations(user_store)) == 1


def test_the_roles_that_a_user_has_already_end_nothing(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    path = f"/users/{sign_up()['id']}/roles"
    session = sign_in(users)

    answer = users.put(path, json={"roles": []}, headers=bearer("a-client", "users:write"))

    assert (answer.status_code, answer.get_json()["roles"]) == (200, ["customer"])
    assert (status(users, session), revocations(user_store)) == (200, [])


def test_roles_are_set_by_who_may_and_only_to_what_there_is(users: FlaskClient, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]

    def put(roles: Any, headers: dict[str, str], path: str = f"/users/{user_id}/roles") -> int:
        return users.put(path, json={"roles": roles}, headers=headers).status_code

    assert put(["admin"], bearer(user_id)) == 403
    assert put(["root"], bearer(9, ADMIN)) == 422
    assert put("admin", bearer(9, ADMIN)) == 422
    assert put(["admin"], bearer(9, ADMIN), "/users/4711/roles") == 404
    assert put(["admin"], {**bearer(9, ADMIN), "If-Match": '"stale"'}) == 412


def test_leaving_ends_every_sign_in(users: FlaskClient, user_store: Store[Any], sign_up: SignUp) -> None:
    user_id = sign_up()["id"]
    session = sign_in(users)

    users.delete(f"/users/{user_id}", headers=by(session))

    assert open_sign_ins(user_store) == 0
    changed = users.put(f"/users/{user_id}/roles", json={"roles": ["admin"]}, headers=bearer(9, ADMIN))
    assert changed.status_code == 409


def test_a_token_that_is_revoked_is_refused_alone(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    here, there = sign_in(users), sign_in(users)
    claims = jwt.decode(here["access_token"], KEY).claims

    for _ in range(2):
        with user_store.writing() as unit_of_work:
            unit_of_work.revoked_tokens.add(claims["jti"], datetime.fromtimestamp(claims["exp"], UTC))

    assert (status(users, here), status(users, there)) == (401, 200)


def test_a_password_is_hashed_anew_when_that_takes_more_effort_now(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with user_store.connection(writes=True) as connection:
        connection.execute(update(USERS).values(password_hash=weak))

    session = sign_in(users)

    with user_store.connection(writes=False) as connection:
        stored = str(connection.scalar(select(USERS.c.password_hash)))
    assert "m=19456,t=2,p=1" in stored
    assert status(users, session) == 200
    sign_in(users)
