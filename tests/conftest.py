"""What every suite may ask for: real servers, fresh databases, brokers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pika
import pytest

from broker import topology
from events.catalogue import SERVICES
from tests.eventually import eventually
from tests.servers.choice import NoServer, server
from tests.servers.ports import free_ports
from tests.servers.postgresql import database


def _server_or_skip(name: str) -> Iterator[str]:
    try:
        with server(name) as url:
            yield url
    except NoServer as error:
        # In CI no server is skipped.
        if os.environ.get("CI") == "true":
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    yield from _server_or_skip("rabbitmq")


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    yield from _server_or_skip("postgresql")


@pytest.fixture
def fresh_rabbitmq(rabbitmq_url: str) -> str:
    """RabbitMQ without anything of ours on it."""
    connection = pika.BlockingConnection(pika.URLParameters(rabbitmq_url))
    channel = connection.channel()
    for service in SERVICES:
        for queue in topology.queues(service):
            channel.queue_delete(queue.name)
    channel.exchange_delete(topology.EXCHANGE)
    connection.close()
    return rabbitmq_url


@pytest.fixture
def embedded_url(tmp_path: Path) -> Iterator[str]:
    """An embedded broker of this test's own."""
    (port,) = free_ports(1)
    command = [
        sys.executable,
        "-m",
        "broker.embedded",
        "--port",
        str(port),
        "--path",
        str(tmp_path / "broker.sqlite"),
    ]
    process = subprocess.Popen(command)
    url = f"amqp://guest:guest@127.0.0.1:{port}/"

    def answers() -> bool:
        assert process.poll() is None
        try:
            pika.BlockingConnection(pika.URLParameters(url)).close()
        except (pika.exceptions.AMQPError, OSError):
            return False
        return True

    try:
        eventually(answers)
        yield url
    finally:
        process.terminate()
        process.wait(10)


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
        if "rabbitmq" in item.nodeid.rpartition("[")[2] or {"fresh_rabbitmq"} & set(
            getattr(item, "fixturenames", ())
        ):
            item.add_marker(pytest.mark.xdist_group("rabbitmq"))
