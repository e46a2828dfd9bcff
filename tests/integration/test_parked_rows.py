"""Events that could not be published are seen, and leave when an operator says so."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import insert

from chassis.store.leased_outbox import LeasedOutbox
from chassis.store.store import Store
from tests.stores import USERS, add_user, migrated
from user_service.cli import command_line


@pytest.fixture
def parked_id(user_store: Store[Any]) -> str:
    """The id of an event that was parked as unroutable; another one waits behind it."""
    add_user(user_store, told=True)
    add_user(user_store, told=True)
    outbox = LeasedOutbox(user_store, "test", 30.0)
    row, _ = outbox.waiting(10)
    assert outbox.settle([], parked=[(row, "unroutable")])
    return row.event_id


def run(database_url: str, *arguments: str) -> Result:
    return CliRunner().invoke(command_line(), ["outbox", *arguments], env={"USER_DATABASE_URL": database_url})


def waiting(store: Store[Any]) -> list[str]:
    return [row.event_id for row in LeasedOutbox(store, "test", 30.0).waiting(10)]


def test_a_parked_row_is_listed_with_its_reason(user_store: Store[Any], database_url: str, parked_id: str) -> None:
    result = run(database_url, "list", "--json")

    (row,) = map(json.loads, result.stdout.splitlines())
    assert (row["event_id"], row["reason"], row["attempts"]) == (parked_id, "unroutable", 1)
    assert row["parked_at"]
    assert "1 parked rows of user_service" in run(database_url, "list").stderr


def test_a_row_that_fails_and_is_still_tried_is_listed_as_such(user_store: Store[Any], database_url: str) -> None:
    add_user(user_store, told=True)
    outbox = LeasedOutbox(user_store, "test", 30.0)
    (row,) = outbox.waiting(10)
    assert outbox.settle([], postponed=[(row, 60.0, "unroutable")])

    assert "still tried" in run(database_url, "list").stdout


@pytest.mark.parametrize("all_of_them", [True, False])
def test_what_is_sent_again_waits_for_the_relay_as_if_it_were_new(
    all_of_them: bool, user_store: Store[Any], database_url: str, parked_id: str
) -> None:
    assert parked_id not in waiting(user_store)

    result = run(database_url, "resend", "--all" if all_of_them else parked_id)

    assert result.exit_code == 0, result.output
    assert waiting(user_store)[0] == parked_id
    assert LeasedOutbox(user_store, "test", 30.0).waiting(1)[0].failing_seconds == 0


def test_an_id_that_is_given_twice_is_sent_once(user_store: Store[Any], database_url: str, parked_id: str) -> None:
    assert "1 will leave again" in run(database_url, "resend", parked_id, parked_id).stdout

    assert waiting(user_store)[0] == parked_id


def test_more_rows_than_a_statement_has_parameters_are_sent_again(fresh_postgresql: str) -> None:
    with migrated(USERS, fresh_postgresql) as store:
        row = {"type": "t", "subject": "s", "time": datetime.now(UTC), "body": b"", "attempts": 1}
        row |= {"parked_at": 1.0, "reason": "refused"}
        rows = [{**row, "event_id": str(number)} for number in range(66_000)]
        with store.connection(writes=True) as connection:
            connection.execute(insert(store.tables.outbox), rows)

        result = run(fresh_postgresql, "resend", "--all")

        assert (result.exit_code, result.stdout) == (0, "66000 will leave again\n")


def test_an_id_that_is_not_parked_changes_nothing(user_store: Store[Any], database_url: str, parked_id: str) -> None:
    (other,) = waiting(user_store)

    assert run(database_url, "resend", parked_id, other).exit_code == 1
    assert run(database_url, "resend").exit_code == 2

    assert waiting(user_store) == [other]
