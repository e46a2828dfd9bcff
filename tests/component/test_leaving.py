"""A user leaves: nobody signs in with that account any more, and its tokens are worth nothing."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserDeactivated, UserTokensRevoked
from order_service.subscriptions import SUBSCRIPTIONS
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import envelope, outbox

SignUp = Callable[..., dict[str, Any]]
PAIR = {"email": "ada@example.com", "password": "correct horse battery"}


def test_a_user_leaves_and_the_world_is_told_once(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]

    answer = users.delete(f"/users/{user_id}", headers=bearer(user_id))
    again = users.delete(f"/users/{user_id}", headers=bearer("a-client", "users:write"))

    assert (answer.status_code, answer.data, again.status_code) == (204, b"", 204)
    assert [each.event for each in outbox(user_store)][1:] == [UserDeactivated(user_id=user_id)]


def test_who_has_left_can_neither_sign_in_nor_go_on(users: FlaskClient, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]
    headers = bearer(user_id, ADMIN)
    users.delete(f"/users/{user_id}", headers=headers)

    for call in (users.get, users.delete):
        refused = call(f"/users/{user_id}", headers=headers)
        assert refused.status_code == 401
        assert 'error="invalid_token"' in refused.headers["WWW-Authenticate"]
    assert users.post("/sessions", json=PAIR).status_code == 401


def test_the_account_stays_to_be_read_and_its_email_stays_taken(users: FlaskClient, sign_up: SignUp) -> None:
    before = sign_up()
    path, reader = f"/users/{before['id']}", bearer("a-client", ADMIN)
    users.delete(path, headers=reader)

    after = users.get(path, headers=reader).get_json()

    assert after == {**before, "status": "deactivated", "updated_at": after["updated_at"]}
    assert users.post("/users", json={"name": "Eve", **PAIR}).status_code == 409
    assert users.patch(path, json={"name": "Eve"}, headers=reader).status_code == 409
    limit = users.put(f"{path}/credit-limit", json={"credit_limit_cents": 5}, headers=reader)
    assert limit.status_code == 409


def test_only_the_user_and_who_may_write_users_end_an_account(users: FlaskClient, sign_up: SignUp) -> None:
    user_id, eve = sign_up()["id"], sign_up(email="eve@example.com")["id"]

    def status(headers: dict[str, str], path: str = f"/users/{user_id}") -> int:
        return users.delete(path, headers=headers).status_code

    assert status({}) == 401
    assert status(bearer(eve)) == status(bearer(eve, "users:read")) == 403
    assert status({**bearer(user_id), "If-Match": '"stale"'}) == 412
    assert status(bearer(eve, ADMIN), "/users/4711") == 404
    assert users.get(f"/users/{user_id}", headers=bearer(user_id)).get_json()["status"] == "active"


def tell(store: Store[Any], event: Any) -> None:
    handle_once(store, SUBSCRIPTIONS, [envelope(event, source="/user_service")])


def test_the_other_service_refuses_who_has_left(orders: FlaskClient, order_store: Store[Any]) -> None:
    assert orders.get("/orders", headers=bearer(7)).status_code == 200

    tell(order_store, UserDeactivated(user_id=7))

    assert orders.get("/orders", headers=bearer(7, ADMIN)).status_code == 401
    assert orders.get("/orders", headers=bearer(8)).status_code == 200
    assert orders.get("/products", headers=bearer(7)).status_code == 200


@on_each_database
@pytest.mark.parametrize(("microseconds", "status"), [(-1000, 401), (0, 200), (1000, 200)])
def test_tokens_from_before_the_user_ended_them_are_refused(
    microseconds: int, status: int, orders: FlaskClient, order_store: Store[Any]
) -> None:
    ended = datetime.now(UTC).replace(microsecond=500_000)
    tell(order_store, UserTokensRevoked(user_id=7, issued_before=ended))

    issued = (ended + timedelta(microseconds=microseconds)).timestamp()

    assert orders.get("/orders", headers=bearer(7, iat=issued)).status_code == status
