"""Both services with their stores, and a broker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from tests import stores
from tests.matrix import DATABASES
from tests.servers.databases import both_databases
from tests.stores import add_user, migrated
from tests.world import PRICE, World


@pytest.fixture(params=list(DATABASES))
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database for each service."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'users.sqlite'}", f"sqlite:///{tmp_path / 'orders.sqlite'}"
        return
    with both_databases(request.getfixturevalue(f"{request.param}_url")) as settings:
        yield settings["USER_DATABASE_URL"], settings["ORDER_DATABASE_URL"]


@pytest.fixture
def world(urls: tuple[str, str]) -> Iterator[World]:
    with migrated(stores.USERS, urls[0]) as users, migrated(stores.ORDERS, urls[1]) as orders:
        yield World(users, orders)


@pytest.fixture
def in_tmp_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no stack is up whose settings would be taken."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def broker(embedded_url: str) -> BrokerSettings:
    settings = BrokerSettings(embedded_url)
    declare_topology(settings, "test")
    return settings


@pytest.fixture
def ada(world: World) -> int:
    """A user with credit for three lamps, of whom one order is confirmed, one rejected and one cancelled."""
    user_id = add_user(world.users, limit=3 * PRICE)
    taken_back = world.place(user_id)
    world.settle()
    world.cancel(taken_back)
    for _ in range(4):
        world.place(user_id)
    world.settle()
    return user_id
