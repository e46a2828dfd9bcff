"""What starts a new release waits until the database is as new as it needs; newer is new enough."""

import threading
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chassis.cli import commands
from chassis.store.engine import make_engine
from chassis.store.migrations import migrate
from tests.stores import ORDERS, USERS

SERVICES = pytest.mark.parametrize("service", [USERS, ORDERS], ids=["user_service", "order_service"])


def wait(service: Any, url: str, seconds: str = "0") -> Result:
    prefix = service.defaults.prefix
    return CliRunner().invoke(
        commands(service), ["migrate", "--wait", seconds], env={f"{prefix}_DATABASE_URL": url, "LOG_LEVEL": "error"}
    )


@SERVICES
def test_an_empty_or_older_database_is_not_new_enough_and_nothing_is_done_to_it(
    service: Any, database_url: str
) -> None:
    empty = wait(service, database_url)
    engine = make_engine(database_url, 2)
    migrate(engine, service.name, "0001")
    older = wait(service, database_url)

    still_older = wait(service, database_url)

    engine.dispose()
    assert [each.exit_code for each in (empty, older, still_older)] == [1, 1, 1]
    assert older.stderr == "the database is older than this release needs\n"


@SERVICES
def test_a_database_that_is_up_to_date_is_new_enough(service: Any, database_url: str) -> None:
    engine = make_engine(database_url, 2)
    migrate(engine, service.name)
    engine.dispose()

    assert wait(service, database_url).exit_code == 0


def test_a_database_of_the_next_release_is_new_enough_for_this_one(database_url: str) -> None:
    engine = make_engine(database_url, 2)
    migrate(engine, ORDERS.name, "expand", beside="tests.next_release:versions")
    engine.dispose()

    assert wait(ORDERS, database_url).exit_code == 0


def test_who_waits_goes_on_as_soon_as_somebody_has_migrated(sqlite_url: str) -> None:
    found: list[Result] = []
    waiting = threading.Thread(target=lambda: found.append(wait(ORDERS, sqlite_url, "30")))
    waiting.start()

    migrate(make_engine(sqlite_url, 1), ORDERS.name)

    waiting.join(20)
    assert [each.exit_code for each in found] == [0]


def test_a_database_that_is_away_is_told_in_one_line() -> None:
    away = wait(ORDERS, "postgresql+psycopg://nobody@127.0.0.1:1/orders")

    assert away.exit_code == 1
    assert away.stderr.startswith("the database does not answer: ")
    assert away.stderr.count("\n") == 1
