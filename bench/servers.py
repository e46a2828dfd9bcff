"""The benchmark's own servers: RabbitMQ and a PostgreSQL that waits for the disk at every commit."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers import postgresql_node, rabbitmq_node
from tests.servers.choice import NoServer
from tests.servers.postgresql_node import PostgreSQLNode
from tests.servers.rabbitmq_node import RabbitMQNode

#: As the server comes, but for the times of commits, which it has to note for us.
DURABLE = {"fsync": "on", "full_page_writes": "on", "track_commit_timestamp": "on"}


@dataclass(frozen=True)
class Servers:
    """Both, running."""

    rabbitmq: RabbitMQNode
    postgresql: PostgreSQLNode


@contextmanager
def running_servers() -> Iterator[Servers]:
    """Started from Debian's packages in folders of their own, gone at the end."""
    if not rabbitmq_node.is_packaged() or not postgresql_node.is_packaged():
        raise NoServer("install Debian's packages rabbitmq-server and postgresql (`make servers`, as root)")
    with rabbitmq_node.running_node() as rabbitmq, postgresql_node.running_node(**DURABLE) as postgresql:
        yield Servers(rabbitmq, postgresql)


def filesystem() -> str:
    """The kind of file system that the servers' data lie on: what a commit waits for."""
    folder = Path(tempfile.gettempdir()).resolve()
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    return max((len(point), kind) for point, kind in mounts if folder.is_relative_to(point))[1]
