"""Who may read users pages through them, or finds one by email."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.component.conftest import bearer
from tests.matrix import on_each_database

pytestmark = on_each_database

SignUp = Callable[..., dict[str, Any]]
READER = bearer(1, "users:read")


def test_pages_are_complete_and_without_repeats_while_users_sign_up(users: FlaskClient, sign_up: SignUp) -> None:
    there = [sign_up(email=f"user{number}@example.com")["id"] for number in range(5)]

    seen, path = [], "/users?limit=2"
    while path:
        answer = users.get(path, headers=READER)
        assert answer.status_code == 200
        seen += [user["id"] for user in answer.get_json()["items"]]
        sign_up(email=f"late{len(seen)}@example.com")
        path = answer.headers.get("Link", "<>").partition("<")[2].partition(">")[0] if len(seen) < 8 else ""

    assert seen[: len(there)] == there
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("email", ["ada@example.com", "ADA@Example.com"])
def test_a_user_is_found_by_email_in_whatever_case(email: str, users: FlaskClient, sign_up: SignUp) -> None:
    ada = sign_up()
    sign_up(email="eve@example.com")

    answer = users.get("/users", query_string={"email": email}, headers=READER)

    assert answer.get_json() == {"items": [ada], "next": None}


@pytest.mark.parametrize("email", ["nobody@example.com", "no email", ""])
def test_an_email_that_nobody_has_finds_nobody(email: str, users: FlaskClient, sign_up: SignUp) -> None:
    sign_up()

    answer = users.get("/users", query_string={"email": email}, headers=READER)

    assert (answer.status_code, answer.get_json()["items"]) == (200, [])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "after=x", "after=WyIwIl0", "email=%00"])
def test_a_bad_query_is_refused(query: str, users: FlaskClient) -> None:
    assert users.get(f"/users?{query}", headers=READER).status_code == 422


def test_only_who_may_read_users_sees_them(users: FlaskClient, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]

    assert users.get("/users").status_code == 401
    assert users.get("/users", headers=bearer(user_id)).status_code == 403
