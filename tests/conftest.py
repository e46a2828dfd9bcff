"""What every suite may ask for: real servers, fresh databases, brokers."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests import brokers
from tests.servers.choice import NoServer, server
from tests.servers.postgresql import database


def _server_or_skip(name: str) -> Iterator[str]:
    with ExitStack() as started:
        try:
            url = started.enter_context(server(name))
        except NoServer as error:
            # In CI no server is skipped.
            if os.environ.get("CI") == "true":
                pytest.fail(str(error))
            pytest.skip(str(error))
        yield url


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    yield from _server_or_skip("rabbitmq")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    yield from _server_or_skip("postgresql")


@pytest.fixture
def fresh_rabbitmq(rabbitmq_url: str) -> str:
    """RabbitMQ without anything of ours on it."""
    return brokers.cleared(rabbitmq_url)


@pytest.fixture
def embedded_url(tmp_path: Path) -> Iterator[str]:
    """An embedded broker of this test's own."""
    with brokers.embedded(tmp_path) as url:
        yield url


@pytest.fixture(params=["embedded", "rabbitmq"])
def broker_url(request: pytest.FixtureRequest) -> str:
    """Each broker in turn, fresh."""
    name = {"embedded": "embedded_url", "rabbitmq": "fresh_rabbitmq"}[request.param]
    return str(request.getfixturevalue(name))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.sqlite'}"


@pytest.fixture
def fresh_postgresql(postgresql_url: str) -> Iterator[str]:
    """A database of this test's own."""
    with database(postgresql_url, f"test_{uuid4().hex}") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn, fresh."""
    name = {"sqlite": "sqlite_url", "postgresql": "fresh_postgresql"}[request.param]
    return str(request.getfixturevalue(name))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the one RabbitMQ take turns; the others may run beside them."""
    for item in items:
        if "rabbitmq" in item.nodeid.rpartition("[")[2] or "fresh_rabbitmq" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("rabbitmq"))
