"""RabbitMQ: the one that TEST_RABBITMQ_URL names, a container, or a private instance of Debian's package."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tests.eventually import eventually
from tests.servers.rabbitmq_node import answers, is_packaged, running_node

IMAGE = "rabbitmq:4"
__all__ = ["IMAGE", "from_container", "from_package", "is_packaged"]


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private instance."""
    with running_node() as node:
        yield node.url


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a RabbitMQ in a container."""
    with warnings.catch_warnings():
        # The library warns of its own parts, as soon as they are imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        from testcontainers.rabbitmq import RabbitMqContainer

    with RabbitMqContainer(IMAGE) as container:
        parameters = container.get_connection_params()
        url = f"amqp://guest:guest@{parameters.host}:{parameters.port}/"
        eventually(lambda: answers(url), timeout=90)
        yield url
