"""RabbitMQ: the one that TEST_RABBITMQ_URL names, a container, or a private instance of Debian's package."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pika
import pika.exceptions

from tests.eventually import eventually
from tests.servers.ports import free_ports, is_open
from tests.servers.private_instance import PrivateInstance

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
IMAGE = "rabbitmq:4"


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return SERVER.exists()


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private instance: own node, own ports, own folder, nothing of the package's service."""
    instance = PrivateInstance("rabbitmq")
    port, distribution, epmd = free_ports(3)
    try:
        environment = _environment(instance.folder, port, distribution, epmd)
        instance.spawn(["epmd", "-port", str(epmd), "-address", "127.0.0.1"], environment)
        server = instance.spawn([str(SERVER)], environment)
        url = f"amqp://guest:guest@127.0.0.1:{port}/"

        def answers() -> bool:
            assert server.poll() is None, instance.log()
            return _answers(url)

        eventually(answers, timeout=90)
        yield url
    finally:
        instance.stop()


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a RabbitMQ in a container."""
    from testcontainers.rabbitmq import RabbitMqContainer

    with RabbitMqContainer(IMAGE) as container:
        parameters = container.get_connection_params()
        url = f"amqp://guest:guest@{parameters.host}:{parameters.port}/"
        eventually(lambda: _answers(url), timeout=90)
        yield url


def _environment(folder: Path, port: int, distribution: int, epmd: int) -> dict[str, str]:
    (folder / "plugins").write_text("[].\n")
    (folder / "env.conf").write_text("")
    (folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\n")
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"test-{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "env.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
    }


def _answers(url: str) -> bool:
    parameters = pika.URLParameters(url)
    # Pika leaks a socket for each connection that is refused.
    if not is_open(parameters.port):
        return False
    try:
        pika.BlockingConnection(parameters).close()
    except (pika.exceptions.AMQPError, OSError):
        return False
    return True
