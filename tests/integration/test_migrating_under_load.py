"""A database full of data is migrated while the services work on it, those of the old release and of the new."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Column, MetaData, Table, func, insert, select
from uuid_utils.compat import uuid7

from chassis.store.migrations import migrate
from chassis.store.repeating import repeated
from chassis.store.store import Store
from chassis.store.types import Id
from order_service.domain.order import OrderLine
from order_service.domain.product import Product
from order_service.store.tables import ORDERS as ORDERS_TABLE
from order_service.use_cases.place_order import place_order
from tests.eventually import eventually
from tests.next_release.backfill import backfill
from tests.stores import ORDERS, count, migrated

NEXT = "tests.next_release:versions"
OLD_ORDERS = 20_000
USER = 7
#: What nobody who orders may have to wait: far less than what ends a statement.
PATIENCE_SECONDS = 4.0


@pytest.fixture(params=["fresh_postgresql", "fresh_mysql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store[Any]]:
    with migrated(ORDERS, request.getfixturevalue(request.param)) as opened:
        with opened.writing() as unit_of_work:
            unit_of_work.products.add(a_lamp(unit_of_work.now))
        fill(opened)
        yield opened


def a_lamp(now: datetime) -> Product:
    return Product(sku="lamp", name="Lamp", unit_price_cents=1, active=True, updated_at=now, listed_at=now)


def fill(store: Store[Any]) -> None:
    """Orders of the years before."""
    now = datetime.now(UTC)
    common = {"user_id": USER, "lines": (OrderLine(sku="lamp", quantity=1),), "total_cents": 1, "status": "confirmed"}
    common |= {"updated_at": now, "sequence": 2, "version": 2}
    ages = map(timedelta, range(OLD_ORDERS))
    rows = [{**common, "id": uuid4(), "created_at": now - age} for age in ages]
    with store.connection(writes=True) as connection:
        connection.execute(insert(ORDERS_TABLE), rows)


class Load:
    """A release at work, until told to stop."""

    def __init__(self, step: Callable[[], object]) -> None:
        self._step = step
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.done, self.longest_seconds = 0, 0.0
        self.error: BaseException | None = None

    def start(self) -> None:
        """Begin, and note what goes wrong and how long what goes well takes."""
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set() and self.error is None:
            began = monotonic()
            try:
                repeated(self._step)
            except Exception as error:  # noqa: BLE001 - whatever it is, the test tells it
                self.error = error
            self.done += 1
            self.longest_seconds = max(self.longest_seconds, monotonic() - began)

    def goes_on(self) -> None:
        """Wait until it has done some more."""
        done = self.done
        eventually(lambda: self.error is not None or self.done > done + 20, 30)
        assert self.error is None, self.error

    def stop(self) -> None:
        """Finish what is begun, and begin no more."""
        self._stop.set()
        self._thread.join(30)


@contextmanager
def at_work(step: Callable[[], object]) -> Iterator[Load]:
    load = Load(step)
    load.start()
    try:
        yield load
    finally:
        load.stop()


def as_the_old_release(store: Store[Any]) -> None:
    """Place an order and look at a page, knowing nothing of channels."""
    with store.writing() as unit_of_work:
        place_order(uuid7(), USER, [("lamp", 1)], unit_of_work)
    with store.reading() as unit_of_work:
        unit_of_work.orders.newest(user_id=USER, status=None, hide_unknown_users=True, before=None, limit=20)


def as_the_new_release(store: Store[Any], orders: Table) -> None:
    """Store an order with its channel, and read orders that may have none."""
    now = datetime.now(UTC)
    row = {"id": uuid4(), "user_id": USER, "lines": "[]", "total_cents": 0, "status": "pending"}
    row |= {"created_at": now, "updated_at": now, "sequence": 1, "version": 1}
    with store.connection(writes=True) as connection:
        connection.execute(insert(orders).values(**row, channel="web"))
        connection.execute(select(orders.c.channel).limit(20)).all()


def test_two_releases_work_on_while_the_tables_grow_and_are_filled(
    store: Store[Any], record_property: Callable[[str, object], None]
) -> None:
    with at_work(lambda: as_the_old_release(store)) as old:
        old.goes_on()

        migrate(store.engine, "order_service", "expand", beside=NEXT)

        orders = Table("orders", MetaData(), Column("id", Id, primary_key=True), autoload_with=store.engine)
        with at_work(lambda: as_the_new_release(store, orders)) as new:
            old.goes_on()
            new.goes_on()
            old.stop()
            batches = backfill(store)
            backfill(store)
            migrate(store.engine, "order_service", "contract", beside=NEXT)
            new.goes_on()

    longest_seconds = max(old.longest_seconds, new.longest_seconds)
    record_property("longest wait while migrating", f"{longest_seconds:.2f} s")
    assert (old.error, new.error) == (None, None)
    assert longest_seconds < PATIENCE_SECONDS
    assert batches >= OLD_ORDERS // 500
    assert count_by_channel(store, orders)["web"] == new.done
    assert sum(count_by_channel(store, orders).values()) == count(store, "orders")


def count_by_channel(store: Store[Any], orders: Table) -> dict[str, int]:
    with store.connection(writes=False) as connection:
        query = select(orders.c.channel, func.count()).group_by(orders.c.channel)
        return {row[0]: row[1] for row in connection.execute(query)}
