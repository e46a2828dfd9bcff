"""Signing in and what of it is stored, for tests."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from chassis.store.store import Store
from events.users import UserTokensRevoked
from tests.stores import outbox
from user_service.store.tables import SIGN_INS

SignUp = Callable[..., dict[str, Any]]


EMAIL, PASSWORD = "ada@example.com", "correct horse battery"


NEW = "another horse battery"


MONTH = timedelta(days=30)


def sign_in(users: FlaskClient, password: str = PASSWORD) -> dict[str, Any]:
    answer = users.post("/sessions", json={"email": EMAIL, "password": password})
    assert answer.status_code == 201, answer.text
    return dict(answer.get_json())


def by(session: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {session['access_token']}"}


def status(users: FlaskClient, session: dict[str, Any]) -> int:
    return users.get("/users/me", headers=by(session)).status_code


def open_sign_ins(store: Store[Any]) -> int:
    with store.connection(writes=False) as connection:
        return len(connection.execute(select(SIGN_INS).where(SIGN_INS.c.ended_at.is_(None))).all())


def revocations(store: Store[Any]) -> list[UserTokensRevoked]:
    return [each.event for each in outbox(store) if isinstance(each.event, UserTokensRevoked)]
