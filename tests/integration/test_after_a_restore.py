"""One of the two databases is put back to how it was some time ago, and all messages are gone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from operations.audit import audit
from operations.books import Books
from order_service.store.told import steps_since, tell_again
from tests import stores
from tests.stores import add_user, migrated
from tests.world import PRICE, World
from user_service.store.user_ids import skip_ids, user_ids
from user_service.use_cases.after_a_restore import SKIPPED, forget_order, tell_decision_again, tell_user_again

LIMIT = 10 * PRICE


@pytest.fixture
def broker(embedded_url: str) -> BrokerSettings:
    settings = BrokerSettings(embedded_url)
    declare_topology(settings, "test")
    return settings


@contextmanager
def world(folder: Path) -> Iterator[World]:
    urls = [f"sqlite:///{folder / name}.sqlite" for name in ("users", "orders")]
    with migrated(stores.USERS, urls[0]) as users, migrated(stores.ORDERS, urls[1]) as orders:
        yield World(users, orders)


def backup(folder: Path, name: str) -> None:
    """As a running service's file is copied."""
    with closing(sqlite3.connect(folder / f"{name}.sqlite")) as source:
        source.execute("VACUUM INTO ?", [str(folder / f"{name}.backup")])


def restore(folder: Path, name: str) -> None:
    for left in folder.glob(f"{name}.sqlite-*"):
        left.unlink()
    (folder / f"{name}.backup").replace(folder / f"{name}.sqlite")


def found(world: World, broker: BrokerSettings) -> set[str]:
    """Kinds and what is said, without ids."""
    report = audit(Books(world.users, world.orders, broker), 0.1)
    return {f"{each.kind} {each.says.partition(' of order')[0]}" for each in report.disagreeing + report.under_way}


def tell_users_again(world: World) -> None:
    skip_ids(world.users, SKIPPED)
    with world.users.writing() as unit_of_work:
        for user_id in user_ids(world.users):
            tell_user_again(user_id, unit_of_work)
    world.fetch()


def test_where_the_users_were_put_back_orders_are_told_again_and_all_agrees(
    tmp_path: Path, broker: BrokerSettings
) -> None:
    with world(tmp_path) as before:
        ada = add_user(before.users, limit=LIMIT, told=True)
        given_back = before.place(ada)
        before.place(ada)
        before.settle()
        backup(tmp_path, "users")
        saved_at = datetime.now(UTC)
        bob = add_user(before.users, limit=LIMIT, told=True)
        for user_id in (ada, bob):
            before.place(user_id)
        before.fetch()
        before.settle()
        before.cancel(given_back)
        before.settle()
    restore(tmp_path, "users")

    with world(tmp_path) as after:
        lost = found(after, broker)
        tell_users_again(after)
        tell_again(after.orders, steps_since(after.orders, saved_at))
        after.fetch()
        after.settle()
        of_bob = found(after, broker)
        carol = add_user(after.users, limit=LIMIT, told=True)
        with after.orders.writing() as unit_of_work:
            orders = unit_of_work.orders.newest(
                user_id=bob, status=None, hide_unknown_users=False, before=None, limit=9
            )
        after.cancel(orders[0].id)
        after.settle()

        assert "order is confirmed, its reservation not there" in lost
        assert "order is cancelled, its reservation reserved" in lost
        assert of_bob == {"order is confirmed, its reservation refused"}
        assert found(after, broker) == set()
        assert carol > bob
        with after.users.reading() as unit_of_work:
            assert unit_of_work.users.find(ada).reserved_cents == 2 * PRICE


def test_where_the_orders_were_put_back_decisions_are_told_again_and_what_is_lost_is_forgotten(
    tmp_path: Path, broker: BrokerSettings
) -> None:
    with world(tmp_path) as before:
        ada = add_user(before.users, limit=LIMIT, told=True)
        given_back = before.place(ada)
        before.settle()
        pending = before.place(ada)
        backup(tmp_path, "orders")
        before.settle()
        lost = before.place(ada)
        before.settle()
        before.cancel(given_back)
        before.settle()
    restore(tmp_path, "orders")

    with world(tmp_path) as after:
        wrong = found(after, broker)
        with after.users.writing() as unit_of_work:
            forget_order(lost, unit_of_work)
            tell_decision_again(pending, unit_of_work)
        after.fetch()
        after.cancel(given_back)
        after.settle()

        assert wrong == {
            "order is pending, its reservation reserved",
            "order is confirmed, its reservation released",
            "reservation is reserved, its order not there",
        }
        assert found(after, broker) == set()
        with after.users.reading() as unit_of_work:
            assert unit_of_work.users.find(ada).reserved_cents == PRICE


def test_what_was_told_and_is_forgotten_does_not_outlive_what_is_told_after_the_restore(tmp_path: Path) -> None:
    with world(tmp_path) as before:
        ada = add_user(before.users, told=True)
        before.settle()
        backup(tmp_path, "users")
        for name in ("Augusta", "Byron"):
            with before.users.writing() as unit_of_work:
                user = unit_of_work.users.find(ada)
                user.change_profile(name=name, email=user.email, now=unit_of_work.now)
        before.fetch()
        before.settle()
    restore(tmp_path, "users")

    with world(tmp_path) as after:
        tell_users_again(after)
        after.settle()

        with after.orders.reading() as unit_of_work:
            assert unit_of_work.customers.find(ada).name == "Ada"
