"""Both services, without anything between them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stores import ORDERS, USERS, migrated
from tests.world import World


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("world")
    with (
        migrated(USERS, f"sqlite:///{folder / 'users.sqlite'}") as users,
        migrated(ORDERS, f"sqlite:///{folder / 'orders.sqlite'}") as orders,
    ):
        yield World(users, orders)


@pytest.fixture
def world(stores: World) -> World:
    stores.on_its_way.clear()
    return stores
