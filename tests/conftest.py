"""What every suite may ask for: real servers, fresh databases, brokers."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests import brokers
from tests.matrix import DATABASES
from tests.missing import skip_or_fail
from tests.servers.choice import NoServer, server
from tests.servers.databases import database


def _server_or_skip(name: str) -> Iterator[str]:
    with ExitStack() as started:
        try:
            url = started.enter_context(server(name))
        except NoServer as error:
            skip_or_fail(str(error))
        yield url


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    yield from _server_or_skip("rabbitmq")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    yield from _server_or_skip("postgresql")


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[str]:
    """MySQL, or MariaDB."""
    yield from _server_or_skip("mysql")


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    yield from _server_or_skip("redis")


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
    with database(postgresql_url, "test") as url:
        yield url


@pytest.fixture
def fresh_mysql(mysql_url: str) -> Iterator[str]:
    """A database of this test's own."""
    with database(mysql_url, "test") as url:
        yield url


@pytest.fixture(params=list(DATABASES))
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn, fresh."""
    return str(request.getfixturevalue(DATABASES[request.param]))


#: What stands in the ids of tests that share a server: the one RabbitMQ, those that tests may break, and the stack
#: that is looked at.
SHARED = ("rabbitmq", "breakable_broker", "breakable_postgresql", "breakable_mysql", "observed")


class TakingTurns(LoadScopeScheduling):  # type: ignore[misc] # untyped
    """Tests on one shared server take turns; the others may run beside them."""

    def _split_scope(self, nodeid: str) -> str:
        parameters = nodeid.partition("[")[2]
        return next((server for server in SHARED if server in parameters), nodeid)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test that would share the RabbitMQ without taking turns."""
    for item in items:
        named = "rabbitmq" in item.nodeid.partition("[")[2]
        if "rabbitmq_url" in getattr(item, "fixturenames", ()) and not named:
            raise pytest.UsageError(f"{item.nodeid}: ask for broker_url, parametrized with rabbitmq")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TakingTurns:
    """Not xdist's own groups: what they write into a test's id is lost with pytest 9.2."""
    return TakingTurns(config, log)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What tests noted of themselves, whichever process they ran in."""
    for report in (report for reports in terminalreporter.stats.values() for report in reports):
        if getattr(report, "when", None) == "call":
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{name}: {value} ({report.nodeid})")
