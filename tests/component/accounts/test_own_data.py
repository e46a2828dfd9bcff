"""What is kept of a user can be taken along, and is forgotten; what others did is written down."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserErased
from tests.component.accounts.post import EMAIL, PASSWORD, Post, SignUp, sign_in
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import count, outbox, placed
from tests.stores import envelope as arriving
from user_service.domain.errors import UserIsActive
from user_service.store.tables import USERS
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.erase_user import erase_user


@on_each_database
def test_a_user_takes_along_all_that_is_kept(users: FlaskClient, user_store: Store[Any], sign_up: SignUp) -> None:
    user = sign_up()
    order = placed(user["id"], total=700)
    handle_once(user_store, SUBSCRIPTIONS, [arriving(order)])
    sign_in(users, PASSWORD)

    answer = users.get(f"/users/{user['id']}/export", headers=bearer(user["id"]))

    told = answer.get_json()
    assert (answer.status_code, told["user"]["email"]) == (200, EMAIL)
    assert [each["order_id"] for each in told["reservations"]] == [str(order.order_id)]
    assert [each["client_id"] for each in told["sign_ins"]] == ["web"]
    assert "argon2" not in answer.text
    assert users.get(f"/users/{user['id']}/export", headers=bearer(9, ADMIN)).status_code == 403


@on_each_database
def test_who_has_left_is_forgotten_and_the_world_is_told_once(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post
) -> None:
    ada = {"name": "Ada", "email": EMAIL, "password": PASSWORD}
    user_id = users.post("/users", json=ada, headers={"Idempotency-Key": "a"}).get_json()["id"]
    sign_in(users, PASSWORD)
    post.deliver()
    with pytest.raises(UserIsActive), user_store.writing() as unit_of_work:
        erase_user(user_id, unit_of_work)
    users.delete(f"/users/{user_id}", headers=bearer(user_id))

    for _ in range(2):
        with user_store.writing() as unit_of_work:
            erase_user(user_id, unit_of_work)

    with user_store.connection(writes=False) as connection:
        kept = str([connection.execute(select(table)).all() for table in (USERS, user_store.tables.answers)])
    assert "Ada" not in kept
    assert "ada@" not in kept
    assert "argon2" not in kept
    assert [count(user_store, table) for table in ("sign_ins", "refresh_tokens", "mailed_links")] == [0, 0, 0]
    told = [each.event for each in outbox(user_store) if isinstance(each.event, UserErased)]
    assert told == [UserErased(user_id=user_id)]
    shown = users.get(f"/users/{user_id}", headers=bearer("a-client", ADMIN)).get_json()
    assert (shown["status"], shown["name"]) == ("deactivated", "erased")
    again = users.post("/users", json=ada, headers={"Idempotency-Key": "a"}).get_json()
    assert (again["id"], again["name"]) == (user_id, "erased")
    sign_up()


def test_what_is_done_to_others_accounts_is_written_down(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    admin, path = bearer(99, ADMIN), f"/users/{user_id}"
    users.patch(path, json={"name": "Grace"}, headers=bearer(user_id))

    users.put(f"{path}/credit-limit", json={"credit_limit_cents": 5}, headers=bearer("billing", ADMIN))
    users.put(f"{path}/roles", json={"roles": ["support"]}, headers=admin)
    users.put("/users/4711/roles", json={"roles": []}, headers=admin)
    users.delete(path, headers=admin)

    with user_store.reading() as unit_of_work:
        noted = [(each.actor, each.action, each.subject) for each in unit_of_work.admin_actions.latest(10)]
    assert noted == [
        ("user 99", "user.deactivated", f"user {user_id}"),
        ("user 99", "user.roles_set", f"user {user_id}"),
        ("client billing", "user.credit_limit_set", f"user {user_id}"),
    ]
