"""Refresh tokens: each is good once, and one that comes again ends the sign-in."""

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from chassis.store.store import Store
from tests.component.signing_in import MONTH, SignUp, open_sign_ins, sign_in
from tests.matrix import on_each_database
from tests.stores import count
from user_service.domain.sign_in import GRACE
from user_service.use_cases.refresh_sign_in import refresh_sign_in


def refresh(store: Store[Any], token: str, client_id: str = "web", *, later: timedelta = timedelta(0)) -> str:
    with store.writing() as unit_of_work:
        unit_of_work.now += later
        try:
            return refresh_sign_in(token, client_id, MONTH, unit_of_work)[2]
        except Exception as error:  # noqa: BLE001 - which is what is told
            return type(error).__name__


@on_each_database
def test_a_refresh_token_is_good_once_and_leads_to_the_next(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    first = sign_in(users)["refresh_token"]

    second = refresh(user_store, first)
    third = refresh(user_store, second, later=timedelta(days=29))

    assert len({first, second, third}) == 3
    assert refresh(user_store, third, later=timedelta(days=58)) != "NoOpenSignIn"
    assert count(user_store, "sign_ins") == 1


@on_each_database
def test_two_tabs_that_refresh_at_the_same_moment_both_go_on(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    first = sign_in(users)["refresh_token"]

    tokens = [refresh(user_store, first), refresh(user_store, first, later=GRACE / 2)]

    assert "NoOpenSignIn" not in [refresh(user_store, token) for token in tokens]


def test_a_refresh_token_that_comes_again_ends_the_sign_in_for_all(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    stolen = sign_in(users)["refresh_token"]
    kept = refresh(user_store, stolen)

    assert refresh(user_store, stolen, later=GRACE * 2) == "NoOpenSignIn"

    assert refresh(user_store, kept) == "NoOpenSignIn"
    assert open_sign_ins(user_store) == 0


def test_a_refresh_token_is_worth_nothing_to_others_or_too_late(
    users: FlaskClient, user_store: Store[Any], sign_up: SignUp
) -> None:
    sign_up()
    token = sign_in(users)["refresh_token"]

    assert refresh(user_store, "guessed") == "NoOpenSignIn"
    assert refresh(user_store, token, "another-client") == "NoOpenSignIn"
    assert refresh(user_store, token, later=timedelta(days=31)) == "NoOpenSignIn"
    assert refresh(user_store, token) != "NoOpenSignIn"
