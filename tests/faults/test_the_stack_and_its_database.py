"""A database crashes or falls silent under load: what was answered 202 settles, and afterwards the ledger agrees."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import brokers
from tests.api_client import an_admin
from tests.eventually import eventually
from tests.faults.books import Books
from tests.faults.conftest import DatabaseNode
from tests.faults.load import goes_on, list_the_product, ordering
from tests.faults.proxy import Proxy, proxied, through
from tests.matrix import ALL
from tests.servers.databases import both_databases
from tests.stack import Stack, running

BACK_SECONDS = 60
EVERYBODY = ("user-api", "user-worker", "user-relay", "order-api", "order-worker", "order-relay")
#: A silence is much the same with either: see `test_silent_database.py`.
SILENT = ("breakable_postgresql", *(("breakable_mysql",) if ALL else ()))
#: What an order may be answered while the database is away: taken, or "try again".
HONEST = {202, 503}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def network(database_node: DatabaseNode) -> Iterator[Proxy]:
    """What lies between the stack and its databases."""
    with proxied(database_node.port) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def stack(database_node: DatabaseNode, network: Proxy, folder: Path) -> Iterator[Stack]:
    """A stack that the tests of this module share, on databases that they may break."""
    with brokers.embedded(folder) as broker_url, both_databases(database_node.url) as databases:
        settings = {
            "BROKER_URL": broker_url,
            **{name: through(network, url) for name, url in databases.items()},
            "RETRY_DELAYS_SECONDS": "1,2,3",
        }
        with running(folder, settings) as started:
            yield started


@pytest.fixture(scope="module")
def books(stack: Stack) -> Books:
    opened = Books(stack)
    list_the_product(an_admin(stack))
    return opened


def nobody_is_ready(stack: Stack) -> bool:
    return not any(stack.is_ready(name) for name in EVERYBODY)


def test_a_database_that_crashes_under_load_costs_nothing(
    stack: Stack, books: Books, database_node: DatabaseNode
) -> None:
    with ordering(stack) as load:
        goes_on(load)
        database_node.crash()
        eventually(lambda: nobody_is_ready(stack), 20)
        goes_on(load)
        database_node.start()
        stack.await_ready()
        goes_on(load)

    assert set(load.statuses) == HONEST
    assert stack.is_whole()
    assert books.disagreements(BACK_SECONDS) == []


@pytest.mark.parametrize("database_node", SILENT, indirect=True)
def test_a_database_that_falls_silent_under_load_costs_nothing(stack: Stack, books: Books, network: Proxy) -> None:
    with ordering(stack) as load:
        goes_on(load)
        network.blackhole(up=True, down=True)
        eventually(lambda: nobody_is_ready(stack), 60)
        network.heal()
        stack.await_ready()
        goes_on(load)

    assert set(load.statuses) <= HONEST
    assert stack.is_whole()
    assert books.disagreements(BACK_SECONDS) == []
