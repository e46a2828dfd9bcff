"""Whoever delivers letters, and what is asked of the service meanwhile."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update

from chassis.store.store import Store
from user_service.domain.mailed_link import Purpose
from user_service.mailer.letters import Letter
from user_service.mailer.mailer import Mailer
from user_service.store.tables import MAILS, USERS

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


def ask(users: FlaskClient, email: str = EMAIL) -> int:
    return users.post("/password-resets", json={"email": email}).status_code


def sign_in(users: FlaskClient, password: str) -> Any:
    return users.post("/sessions", json={"email": EMAIL, "password": password})


def reset(users: FlaskClient, token: str, password: str = NEW) -> int:
    return users.put(f"/password-resets/{token}", json={"new_password": password}).status_code
