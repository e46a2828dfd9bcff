"""A forgotten password, and a confirmed email, by links that are good once."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from chassis.store.store import Store
from tests.component.accounts.post import EMAIL, NEW, PASSWORD, Post, SignUp, ask, reset, sign_in
from tests.component.conftest import bearer
from tests.stores import count
from user_service.store.tables import MAILED_LINKS


def test_a_forgotten_password_is_set_by_a_link_that_is_good_once(
    users: FlaskClient, sign_up: SignUp, post: Post
) -> None:
    sign_up()
    tokens = sign_in(users, PASSWORD).get_json()

    assert ask(users, EMAIL.upper()) == 202
    post.deliver()
    (token,) = post.tokens("Set a new password")

    assert [reset(users, token, "short"), reset(users, token), reset(users, token)] == [422, 204, 404]
    assert (sign_in(users, PASSWORD).status_code, sign_in(users, NEW).status_code) == (401, 201)
    me = users.get("/users/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.status_code == 401


def test_a_link_from_before_the_password_was_changed_is_good_for_nothing(
    users: FlaskClient, sign_up: SignUp, post: Post
) -> None:
    user_id = sign_up()["id"]
    ask(users)
    post.deliver()
    (token,) = post.tokens("Set a new password")

    passwords = {"current_password": PASSWORD, "new_password": NEW}
    assert users.put(f"/users/{user_id}/password", json=passwords, headers=bearer(user_id)).status_code == 204

    assert reset(users, token, "whoever reads the mail") == 404
    assert sign_in(users, NEW).status_code == 201


def test_nobody_can_tell_whether_there_is_an_account(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post
) -> None:
    sign_up()
    post.deliver()

    answers = [users.post("/password-resets", json={"email": each}) for each in (EMAIL, "nobody@example.com")]

    assert [(answer.status_code, answer.data) for answer in answers] == [(202, b"")] * 2
    assert count(user_store, "mails") == 2
    post.deliver()
    assert (len(post.tokens("Set a new password")), count(user_store, "mails")) == (1, 0)


def test_asking_again_with_the_same_key_mails_once(users: FlaskClient, user_store: Store[Any]) -> None:
    def ask_with_key() -> Any:
        return users.post("/password-resets", json={"email": EMAIL}, headers={"Idempotency-Key": "a"})

    first, again = ask_with_key(), ask_with_key()

    assert (again.status_code, again.data, again.content_type) == (first.status_code, b"", first.content_type)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert count(user_store, "mails") == 1


def test_a_link_is_good_for_an_hour_for_its_purpose_and_for_the_address_it_went_to(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post
) -> None:
    user_id = sign_up()["id"]
    for _ in range(3):
        ask(users)
    post.deliver()
    first, second, third = post.tokens("Set a new password")
    (confirmation,) = post.tokens("Confirm your email")

    assert reset(users, confirmation) == 404
    assert users.put(f"/email-confirmations/{first}").status_code == 404
    assert reset(users, "guessed") == 404
    with user_store.connection(writes=True) as connection:
        hour = connection.scalar(select(MAILED_LINKS.c.expires_at).limit(1))
        connection.execute(update(MAILED_LINKS).values(expires_at=hour - timedelta(days=8)))
    assert reset(users, first) == 404
    with user_store.connection(writes=True) as connection:
        connection.execute(update(MAILED_LINKS).values(expires_at=hour))
    users.patch(f"/users/{user_id}", json={"email": "eve@example.com"}, headers=bearer(user_id))
    assert reset(users, second) == 404
    users.patch(f"/users/{user_id}", json={"email": EMAIL}, headers=bearer(user_id))
    assert reset(users, third) == 204
    assert reset(users, second) == 404


def test_of_a_link_only_a_hash_is_kept_and_of_a_due_mail_no_token(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post
) -> None:
    sign_up()
    post.deliver()

    with user_store.connection(writes=False) as connection:
        rows = str(connection.execute(select(MAILED_LINKS)).all())
    (token,) = post.tokens("Confirm your email")
    assert token not in rows


def test_an_email_is_confirmed_by_a_link_and_a_new_one_anew(users: FlaskClient, sign_up: SignUp, post: Post) -> None:
    user_id = sign_up()["id"]
    post.deliver()
    (token,) = post.tokens("Confirm your email")

    statuses = [users.put(f"/email-confirmations/{token}").status_code for _ in range(2)]

    path, me = f"/users/{user_id}", bearer(user_id)
    assert statuses == [204, 404]
    assert users.get(path, headers=me).get_json()["email_confirmed"] is True
    changed = users.patch(path, json={"email": "grace@example.com"}, headers=me).get_json()
    assert changed["email_confirmed"] is False
    post.deliver()
    assert post.letters[-1].to == "grace@example.com"
