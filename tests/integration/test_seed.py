"""``seed``: both services make up the same past, each by itself, and its books balance."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from chassis.store.store import Store
from events import past
from operations.audit import main as audit
from order_service.cli import command_line as order_service
from order_service.store.tables import ORDERS as ORDERS_TABLE
from order_service.store.tables import PRODUCTS
from tests import stores
from tests.component.conftest import make_app
from tests.matrix import on_each_database
from tests.stores import ORDERS, USERS, count, migrated, opened
from user_service.cli import command_line as user_service
from user_service.store.signing_keys import make_first_key
from user_service.store.tables import USERS as USERS_TABLE

pytestmark = on_each_database
PASSWORD = "correct horse battery staple"
Seed = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """user_service on each database; order_service beside it on SQLite."""
    monkeypatch.chdir(tmp_path)
    chosen = {"USER_DATABASE_URL": database_url, "ORDER_DATABASE_URL": f"sqlite:///{tmp_path / 'orders.sqlite'}"}
    with migrated(USERS, chosen["USER_DATABASE_URL"]), migrated(ORDERS, chosen["ORDER_DATABASE_URL"]):
        return chosen


@pytest.fixture
def seed(settings: dict[str, str]) -> Seed:
    def run(command_line: Any, *arguments: str, **more: Any) -> Result:
        return CliRunner(env=settings | more.pop("env", {})).invoke(command_line(), ["seed", *arguments], **more)

    return run


@contextmanager
def both(settings: dict[str, str]) -> Iterator[tuple[Store[Any], Store[Any]]]:
    """The stores of user_service and of order_service."""
    with (
        opened(USERS, settings["USER_DATABASE_URL"]) as users,
        opened(ORDERS, settings["ORDER_DATABASE_URL"]) as orders,
    ):
        yield users, orders


def test_both_make_up_the_same_past_and_the_audit_finds_nothing(
    seed: Seed, settings: dict[str, str], embedded_url: str
) -> None:
    declare_topology(BrokerSettings(embedded_url), "test")

    # So long a memory that the audit misses every event that was never claimed.
    remembering = {"BROKER_URL": embedded_url, "INBOX_RETENTION_DAYS": "36500"}
    made = [
        seed(user_service, "--users", "30", "--seed", "7", env=remembering),
        seed(order_service, "--orders", "300", "--seed", "7"),
    ]
    found = CliRunner(env=settings | remembering).invoke(audit, ["--json", "--patience", "0"])

    assert [each.exit_code for each in made] == [0, 0]
    report = json.loads(found.stdout)
    assert (report["disagreeing"], report["under_way"]) == ([], [])
    read = report["read"]
    assert (read["orders"], read["reservations"], read["users"]) == (300, 300, 30)
    assert read["events"] > 300


def test_a_second_run_adds_nothing_and_says_so_and_a_longer_one_adds_the_rest(
    seed: Seed, settings: dict[str, str]
) -> None:
    seed(user_service, "--users", "20")
    seed(order_service, "--orders", "200")

    again = seed(user_service, "--users", "20"), seed(order_service, "--orders", "200")
    longer = seed(user_service, "--users", "30"), seed(order_service, "--orders", "300")

    assert ["nothing was added" in each.stdout for each in again] == [True, True]
    assert "10 of them new" in longer[0].stdout
    assert "100 of them new" in longer[1].stdout
    with (
        opened(USERS, settings["USER_DATABASE_URL"]) as users,
        opened(ORDERS, settings["ORDER_DATABASE_URL"]) as orders,
    ):
        assert [count(users, "users"), count(users, "reservations")] == [30, 300]
        assert [count(orders, "orders"), count(orders, "customers")] == [300, 30]


def test_what_is_there_stays_and_nothing_is_published(seed: Seed, settings: dict[str, str]) -> None:
    with (
        opened(USERS, settings["USER_DATABASE_URL"]) as users,
        opened(ORDERS, settings["ORDER_DATABASE_URL"]) as orders,
    ):
        ada = stores.add_user(users)
        with orders.connection(writes=True) as connection:
            row = {"name": "Ours", "unit_price_cents": 1, "active": True, "sequence": 0, "version": 1}
            times = {"updated_at": past.BEGINS, "listed_at": past.BEGINS}
            connection.execute(PRODUCTS.insert().values(sku=past.PRODUCTS[0].sku, **row, **times))

        made = seed(user_service, "--users", "10"), seed(order_service, "--orders", "100")

        assert [each.exit_code for each in made] == [0, 0]
        assert [count(users, "outbox"), count(orders, "outbox")] == [0, 0]
        with users.reading() as of_users, orders.reading() as of_orders:
            assert of_users.users.find(ada).credit_limit_cents == 100_000
            assert of_orders.products.find(past.PRODUCTS[0].sku).name == "Ours"


def test_who_is_in_the_way_is_told_and_stays(seed: Seed, settings: dict[str, str]) -> None:
    seed(user_service, "--users", "10")
    with opened(USERS, settings["USER_DATABASE_URL"]) as users:
        with users.connection(writes=True) as connection:
            mine = USERS_TABLE.c.id == past.first_id(1, 0)
            connection.execute(update(USERS_TABLE).where(mine).values(created_at=past.BEGINS))
            taken = next(past.users(2, 0))
            other = USERS_TABLE.c.id == past.first_id(1, 0) + 1
            connection.execute(update(USERS_TABLE).where(other).values(email_key=taken.email))

        somebody_s_id, somebody_s_email = seed(user_service, "--users", "20"), seed(user_service, "--seed", "2")

        assert [somebody_s_id.exit_code, somebody_s_email.exit_code] == [1, 1]
        assert f"user {past.first_id(1, 0)} is somebody else" in somebody_s_id.stderr
        assert "take another" in somebody_s_email.stderr
        assert [count(users, "users"), count(users, "reservations")] == [10, 100]


def test_no_more_is_added_than_whole_blocks(seed: Seed) -> None:
    refused = (
        seed(user_service, "--users", "15"),
        seed(order_service, "--orders", "50"),
        seed(order_service, "--orders", "0"),
    )

    assert [each.exit_code for each in refused] == [2, 2, 2]
    assert "15 is no multiple of 10" in refused[0].stderr


def test_nobody_signs_in_as_one_of_them_unless_a_password_was_asked_for(seed: Seed, settings: dict[str, str]) -> None:
    seed(user_service, "--users", "10")
    short = seed(user_service, "--users", "10", "--seed", "2", "--password", input="short\n")
    given = seed(user_service, "--users", "10", "--seed", "2", "--password", input=f"{PASSWORD}\n")
    emails = [next(past.users(number, 0)).email for number in (1, 2)]

    with opened(USERS, settings["USER_DATABASE_URL"]) as store:
        make_first_key(store)
        users = make_app(USERS, store).test_client()
        attempts = [
            users.post("/sessions", json={"email": email, "password": password}).status_code
            for email in emails
            for password in (PASSWORD, "nobody has this password", "")
        ]

    assert (short.exit_code, given.exit_code) == (1, 0)
    assert attempts == [401, 401, 401, 201, 401, 401]


def test_an_order_of_the_past_is_like_any_other(seed: Seed, settings: dict[str, str]) -> None:
    seed(order_service, "--orders", "100")

    with opened(ORDERS, settings["ORDER_DATABASE_URL"]) as store:
        with store.connection(writes=False) as connection:
            some = connection.scalar(select(ORDERS_TABLE.c.id).where(ORDERS_TABLE.c.status == "confirmed").limit(1))
        with store.writing() as unit_of_work:
            order = unit_of_work.orders.find(some)
            order.cancel(unit_of_work.now)
        with store.reading() as unit_of_work:
            steps = [step.status for step in unit_of_work.orders.history(some)]

    assert steps == ["pending", "confirmed", "cancelled"]
