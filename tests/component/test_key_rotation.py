"""Keys follow each other, and no token is refused for it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.errors import Conflict, StoreUnavailable
from chassis.store.store import Store
from tests.component.conftest import make_app
from tests.matrix import on_each_database
from tests.stores import USERS, count
from user_service.store.signing_keys import OUTLIVES, PUBLISHED_AHEAD, READ_EVERY, SigningKeys, rotate

pytestmark = on_each_database

INSTANT = timedelta(seconds=1)


class Clock:
    """Tells the time that it is set to."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


def ids(keys: SigningKeys) -> list[str]:
    return [str(key.kid) for key in keys.published()]


def test_a_new_key_is_published_long_before_it_signs(user_store: Store[Any]) -> None:
    clock = Clock()
    keys = SigningKeys(user_store, clock)
    old = keys.signing().kid
    made = rotate(user_store)

    clock.now += READ_EVERY + INSTANT
    assert (ids(keys), keys.signing().kid) == ([old, made.key.kid], old)

    clock.now = made.signs_from - INSTANT
    assert keys.signing().kid == old
    clock.now = made.signs_from
    assert keys.signing().kid == made.key.kid
    assert timedelta(seconds=300) + READ_EVERY <= PUBLISHED_AHEAD


def test_an_old_key_is_known_until_its_last_token_has_expired(user_store: Store[Any]) -> None:
    clock = Clock()
    keys = SigningKeys(user_store, clock)
    old = keys.signing().kid
    made = rotate(user_store)

    clock.now = made.signs_from + OUTLIVES - INSTANT
    assert keys.find(str(old)) is not None
    clock.now = made.signs_from + OUTLIVES + INSTANT
    assert (keys.find(str(old)), ids(keys)) == (None, [made.key.kid])


def test_what_nobody_needs_any_more_is_forgotten_at_the_next_rotation(user_store: Store[Any]) -> None:
    rotate(user_store, ahead=-2 * OUTLIVES)

    last = rotate(user_store)

    assert count(user_store, "signing_keys") == 2
    assert last.key.kid in ids(SigningKeys(user_store))


def test_a_process_learns_of_a_key_that_another_one_signs_with_already(user_store: Store[Any]) -> None:
    clock = Clock()
    keys = SigningKeys(user_store, clock)
    keys.signing()
    made = rotate(user_store, ahead=timedelta(0))

    clock.now += timedelta(seconds=2)

    assert keys.find(str(made.key.kid)) is not None


def test_while_the_database_is_away_the_known_keys_are_kept(
    user_store: Store[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    keys = SigningKeys(user_store, clock)
    known = ids(keys)

    def away(**_: Any) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(user_store, "connection", away)
    clock.now += 2 * READ_EVERY

    assert ids(keys) == known


def test_of_those_who_rotate_at_once_each_makes_a_key_or_is_told(user_store: Store[Any]) -> None:
    def turn(_number: int) -> bool:
        try:
            rotate(user_store)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        made = sum(pool.map(turn, range(4)))

    assert made >= 1
    assert count(user_store, "signing_keys") == 1 + made


def test_both_keys_are_served_and_only_their_public_parts(user_store: Store[Any]) -> None:
    rotate(user_store)

    answer = make_app(USERS, user_store, SigningKeys(user_store)).test_client().get("/.well-known/jwks.json")

    assert len(answer.get_json()["keys"]) == 2
    assert all("d" not in key for key in answer.get_json()["keys"])
