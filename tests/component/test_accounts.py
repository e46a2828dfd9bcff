"""What users expect of accounts: a forgotten password, a confirmed email, their data, and that they are forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from chassis.messaging.handling import handle_once
from chassis.store.store import Store
from events.users import UserErased
from tests.component.conftest import ADMIN, bearer
from tests.matrix import on_each_database
from tests.stores import count, outbox, placed
from tests.stores import envelope as arriving
from user_service.domain.errors import UserIsActive
from user_service.domain.mailed_link import Purpose
from user_service.mailer.letters import Letter
from user_service.mailer.mailer import MAX_ATTEMPTS, Mailer
from user_service.store.tables import MAILED_LINKS, MAILS, USERS
from user_service.subscriptions import SUBSCRIPTIONS
from user_service.use_cases.erase_user import erase_user

SignUp = Callable[..., dict[str, Any]]
EMAIL, PASSWORD, NEW = "ada@example.com", "correct horse battery", "another horse battery"
LINKS = dict.fromkeys(Purpose, "https://shop.example/{token}")


class Post:
    """Whoever delivers letters, and sometimes doesn't."""

    def __init__(self, store: Store[Any]) -> None:
        self.letters: list[Letter] = []
        self.is_down = False
        self._mailer = Mailer(store, self._send, LINKS)
        self._store = store

    def _send(self, letter: Letter) -> None:
        if self.is_down:
            raise ConnectionRefusedError
        self.letters.append(letter)

    def deliver(self) -> None:
        while self._mailer.turn():
            pass

    def tokens(self, subject: str) -> list[str]:
        return [
            each.text.partition("https://shop.example/")[2].split()[0]
            for each in self.letters
            if each.subject == subject
        ]

    def later(self) -> None:
        """As if the pause between attempts were over."""
        with self._store.connection(writes=True) as connection:
            connection.execute(update(MAILS).values(not_before=select(USERS.c.created_at).limit(1).scalar_subquery()))


@pytest.fixture
def post(user_store: Store[Any]) -> Post:
    return Post(user_store)


def ask(users: FlaskClient, email: str = EMAIL) -> int:
    return users.post("/password-resets", json={"email": email}).status_code


def sign_in(users: FlaskClient, password: str) -> Any:
    return users.post("/sessions", json={"email": EMAIL, "password": password})


def reset(users: FlaskClient, token: str, password: str = NEW) -> int:
    return users.put(f"/password-resets/{token}", json={"new_password": password}).status_code


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


@on_each_database
def test_a_mail_that_could_not_be_sent_is_sent_later_and_given_up_at_last(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post
) -> None:
    sign_up()
    post.is_down = True

    post.deliver()
    assert (post.letters, count(user_store, "mails")) == ([], 1)
    post.is_down = False
    post.later()
    post.deliver()

    assert (len(post.letters), count(user_store, "mails")) == (1, 0)
    ask(users)
    post.is_down = True
    for _ in range(MAX_ATTEMPTS):
        post.later()
        post.deliver()
    assert count(user_store, "mails") == 0


def test_a_mailer_that_died_after_sending_sends_again(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_up()
    monkeypatch.setattr(Mailer, "_remove", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        post.deliver()
    monkeypatch.undo()

    post.later()
    post.deliver()

    assert len(post.letters) == 2
    assert users.put(f"/email-confirmations/{post.tokens('Confirm your email')[1]}").status_code == 204


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
