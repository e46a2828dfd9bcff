"""Mails are sent at least once, and given up at last."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from chassis.store.store import Store
from tests.component.accounts.post import Post, SignUp, ask
from tests.matrix import on_each_database
from tests.stores import count
from user_service.mailer.mailer import MAX_ATTEMPTS, Mailer


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
