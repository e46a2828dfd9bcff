"""Servers of the benchmark's own."""

from collections.abc import Iterator

import pytest

from bench.servers import Servers, running_servers
from tests.servers import postgresql_node, rabbitmq_node


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    if not rabbitmq_node.is_packaged() or not postgresql_node.is_packaged():
        pytest.skip("no RabbitMQ or PostgreSQL of Debian's")
    with running_servers() as started:
        yield started
