"""Servers that a test may break, whole and empty whenever one asks for them, and proxies before them."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any, TypeVar

import pytest

from chassis.store.store import Store
from tests.at_work import SHORT_HEARTBEAT_SECONDS
from tests.faults.frames import FrameFilter
from tests.faults.proxy import Proxy, proxied
from tests.servers import mariadb_node, postgresql_node, rabbitmq_node
from tests.servers.mariadb_node import MariaDBNode
from tests.servers.postgresql_node import PostgreSQLNode
from tests.servers.rabbitmq_node import RabbitMQNode
from tests.stores import USERS, migrated

N = TypeVar("N")
DatabaseNode = PostgreSQLNode | MariaDBNode


def _node_or_skip(is_packaged: bool, node: AbstractContextManager[N]) -> Iterator[N]:
    if not is_packaged:
        # In CI no server is skipped.
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end("no server that may be broken: install Debian's package")
    with node as running:
        yield running


@pytest.fixture(scope="session", params=["breakable_broker"])
def broker_node(request: pytest.FixtureRequest) -> Iterator[RabbitMQNode]:
    yield from _node_or_skip(rabbitmq_node.is_packaged(), rabbitmq_node.running_node())


@pytest.fixture(scope="session", params=["breakable_postgresql", "breakable_mysql"])
def database_node(request: pytest.FixtureRequest) -> Iterator[DatabaseNode]:
    """A database server that tests may break, if they start it again."""
    node = {"breakable_postgresql": postgresql_node, "breakable_mysql": mariadb_node}[request.param]
    yield from _node_or_skip(node.is_packaged(), node.running_node())


@pytest.fixture
def broker(broker_node: RabbitMQNode) -> Iterator[RabbitMQNode]:
    """A RabbitMQ that this test may break, with nothing of ours on it."""
    broker_node.move_to_a_fresh_host()
    yield broker_node
    broker_node.start()


@pytest.fixture
def impatient_broker() -> Iterator[RabbitMQNode]:
    """A RabbitMQ that waits two seconds for an ack."""
    node = rabbitmq_node.running_node("consumer_timeout = 2000")
    yield from _node_or_skip(rabbitmq_node.is_packaged(), node)


@pytest.fixture
def frames() -> FrameFilter:
    """What the proxy before the broker swallows."""
    return FrameFilter()


@pytest.fixture
def proxy(broker: RabbitMQNode, frames: FrameFilter) -> Iterator[Proxy]:
    """What lies before the broker."""
    with proxied(broker.port, frames.sieve) as started:
        yield started


@pytest.fixture
def proxy_url(broker: RabbitMQNode, proxy: Proxy) -> str:
    """The broker's address for those who go through the proxy."""
    return broker.url.replace(f":{broker.port}/", f":{proxy.port}/")


@pytest.fixture
def short_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is noticed soon."""
    monkeypatch.setattr("broker.connection.HEARTBEAT_SECONDS", SHORT_HEARTBEAT_SECONDS)


@pytest.fixture
def user_store(sqlite_url: str) -> Iterator[Store[Any]]:
    """For what has nothing to do with the database."""
    with migrated(USERS, sqlite_url) as store:
        yield store
