"""Name, email and reservations of a user."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserProfileChanged
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import envelope, outbox, placed
from user_service.store.tables import USERS
from user_service.subscriptions import SUBSCRIPTIONS

SignUp = Callable[..., dict[str, Any]]


def patch(users: FlaskClient, user_id: int, body: dict[str, Any], **headers: str) -> Any:
    return users.patch(f"/users/{user_id}", json=body, headers={**bearer(user_id), **headers})


def changes(store: Store[Any]) -> list[Any]:
    return [each.event for each in outbox(store) if isinstance(each.event, UserProfileChanged)]


def test_a_user_changes_its_name_and_the_world_is_told(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    before = sign_up()

    answer = patch(users, before["id"], {"name": "Grace"})

    assert answer.status_code == 200
    assert answer.get_json() == {**before, "name": "Grace", "updated_at": answer.get_json()["updated_at"]}
    assert changes(user_store) == [UserProfileChanged(user_id=before["id"], name="Grace", email="ada@example.com")]


@on_each_database
def test_a_new_email_has_to_be_confirmed_anew_and_the_old_one_is_free(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    with user_store.connection(writes=True) as connection:
        connection.execute(update(USERS).values(email_confirmed=True))

    same_box = patch(users, user_id, {"email": "ADA@example.com"}).get_json()
    other_box = patch(users, user_id, {"email": "grace@example.com"}).get_json()

    assert (same_box["email"], same_box["email_confirmed"]) == ("ADA@example.com", True)
    assert (other_box["email"], other_box["email_confirmed"]) == ("grace@example.com", False)
    sign_up()


def test_a_change_of_nothing_is_one_but_no_body_is_none(users: FlaskClient, sign_up: SignUp) -> None:
    path, headers = f"/users/{sign_up()['id']}", bearer(1)

    of_nothing = users.patch(path, json={}, headers=headers)
    without = users.patch(path, headers=headers)
    empty = users.patch(path, data="", content_type="application/json", headers=headers)

    assert (of_nothing.status_code, of_nothing.get_json()["name"]) == (200, "Ada")
    assert (without.status_code, without.get_json()["errors"]) == (422, {"_schema": ["A body is needed."]})
    assert empty.status_code == 422


@pytest.mark.parametrize("email", ["eve@example.com", "EVE@example.com"])
def test_an_email_that_is_somebody_else_s_is_refused(
    email: str, users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]
    sign_up(email="eve@example.com")

    assert patch(users, user_id, {"email": email}).status_code == 409

    assert changes(user_store) == []


@pytest.mark.parametrize("body", [{}, {"name": "Ada"}, {"email": "ada@example.com", "name": "  Ada "}])
def test_what_is_as_it_was_is_not_told(
    body: dict[str, str], users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    before = sign_up()

    answer = patch(users, before["id"], body)

    assert (answer.status_code, answer.get_json()) == (200, before)
    assert changes(user_store) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [({"name": ""}, "name"), ({"name": None}, "name"), ({"email": "nobody"}, "email"), ({"roles": []}, "roles")],
)
def test_a_bad_field_is_named_and_nothing_changes(
    body: dict[str, Any], path: str, users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id = sign_up()["id"]

    answer = patch(users, user_id, body)

    assert (answer.status_code, list(answer.get_json()["errors"])) == (422, [path])
    assert changes(user_store) == []


def test_only_the_user_and_who_may_write_users_change_a_profile(users: FlaskClient, sign_up: SignUp) -> None:
    user_id, eve = sign_up()["id"], sign_up(email="eve@example.com")["id"]

    def status(headers: dict[str, str], path: str = f"/users/{user_id}") -> int:
        return users.patch(path, json={"name": "Eve"}, headers=headers).status_code

    assert status({}) == 401
    assert status(bearer(eve)) == status(bearer(eve, "users:read")) == 403
    assert status(bearer(eve, ADMIN)) == 200
    assert status(bearer(eve, ADMIN), "/users/4711") == 404


def test_who_has_left_changes_no_more(users: FlaskClient, user_store: Store[Any], sign_up: SignUp) -> None:
    user_id = sign_up()["id"]
    with user_store.connection(writes=True) as connection:
        connection.execute(update(USERS).values(status="deactivated"))

    assert users.patch(f"/users/{user_id}", json={"name": "x"}, headers=bearer(9, ADMIN)).status_code == 409


@on_each_database
def test_of_two_who_saw_the_same_profile_one_changes_it(users: FlaskClient, sign_up: SignUp) -> None:
    user_id = sign_up()["id"]
    seen = users.get(f"/users/{user_id}", headers=bearer(user_id)).headers["ETag"]

    statuses = [
        patch(users, user_id, {"name": name}, **{"If-Match": seen}).status_code for name in ("Grace", "Edith")
    ]

    assert statuses == [200, 412]
    assert users.get(f"/users/{user_id}", headers=bearer(user_id)).get_json()["name"] == "Grace"


@on_each_database
def test_pages_of_reservations_are_complete_and_newest_first(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    user_id, eve = sign_up()["id"], sign_up(email="eve@example.com")["id"]
    asked = [placed(user_id, total=total) for total in (100, 200, 999_999)]
    handle_once(user_store, SUBSCRIPTIONS, [envelope(order) for order in [*asked, placed(eve)]])

    pages, path = [], f"/users/{user_id}/reservations?limit=2"
    while path:
        answer = users.get(path, headers=bearer(user_id))
        assert answer.status_code == 200
        pages.append(answer.get_json()["items"])
        path = answer.headers.get("Link", "<>").partition("<")[2].partition(">")[0]

    shown = [item for page in pages for item in page]
    assert [len(page) for page in pages] == [2, 1]
    assert [item["order_id"] for item in shown] == sorted((str(order.order_id) for order in asked), reverse=True)
    statuses = {item["amount_cents"]: item["status"] for item in shown}
    assert statuses == {100: "reserved", 200: "reserved", 999_999: "refused"}
    assert users.get(f"/users/{user_id}/reservations", headers=bearer(eve)).status_code == 403
    assert users.get("/users/4711/reservations", headers=bearer(1, ADMIN)).status_code == 404
    assert users.get(f"/users/{user_id}/reservations?after=x", headers=bearer(user_id)).status_code == 422
