"""Every statement finds its rows by an index, however many others there are."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text

from chassis.store.store import Store
from order_service.store import seed as order_seed
from order_service.store.tables import PRODUCTS
from tests.servers.postgresql import database
from tests.stores import ORDERS, USERS, migrated
from tests.tour import behind, of_orders, of_users
from tests.tour.places import Places
from tests.tour.plans import complaints
from tests.tour.statements import Statement, recorded
from user_service.store import seed as user_seed

BLOCKS = 5
STOPS = {**of_orders.STOPS, **of_users.STOPS, **behind.STOPS}


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database for each service."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'users.sqlite'}", f"sqlite:///{tmp_path / 'orders.sqlite'}"
        return
    server_url = request.getfixturevalue("postgresql_url")
    with (
        database(server_url, f"users_{uuid4().hex}") as users,
        database(server_url, f"orders_{uuid4().hex}") as orders,
    ):
        yield users, orders


def test_no_statement_of_any_request_or_event_reads_a_whole_table(urls: tuple[str, str]) -> None:
    with migrated(USERS, urls[0]) as users, migrated(ORDERS, urls[1]) as orders:
        user_seed.add_blocks(users, 1, range(BLOCKS), password_hash="", remembered_since=datetime.now(UTC))
        order_seed.add_price_list(orders)
        order_seed.add_blocks(orders, 1, range(BLOCKS))
        _withdraw_most_products(orders)
        for store in (users, orders):
            with store.connection(writes=True) as connection:
                connection.execute(text("ANALYZE"))
        statements = _statements_of_the_tour(Places(users, orders, BLOCKS))

        found = [
            f"{stop}: {complaint}\n    {statement.short}"
            for statement, stop in statements.items()
            for complaint in complaints(statement)
        ]

    assert len(statements) > 80
    assert found == [], "\n".join(found)


def _withdraw_most_products(store: Store[Any]) -> None:
    now = datetime.now(UTC)
    rest = {"name": "Gone", "unit_price_cents": 1, "active": False, "sequence": 0, "version": 1}
    rows = [{"sku": f"gone-{number}", **rest, "updated_at": now, "listed_at": now} for number in range(2000)]
    with store.connection(writes=True) as connection:
        connection.execute(insert(PRODUCTS), rows)


def _statements_of_the_tour(places: Places) -> dict[Statement, str]:
    """Each statement that is like no other, and at which stop it was first made."""
    first: dict[str, tuple[Statement, str]] = {}
    for stop, prepare in STOPS.items():
        act = prepare(places)
        with recorded() as statements:
            act()
        for statement in statements:
            first.setdefault(statement.short, (statement, stop))
    return dict(first.values())
