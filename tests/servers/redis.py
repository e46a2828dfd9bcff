"""Redis: the one that TEST_REDIS_URL names, a container, or a private instance of Debian's package."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from tests.eventually import eventually
from tests.servers.redis_node import answers, is_packaged, running_node

IMAGE = "redis:8"
__all__ = ["IMAGE", "from_container", "from_package", "is_packaged"]


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private instance."""
    with running_node() as node:
        yield node.url


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a Redis in a container."""
    with warnings.catch_warnings():
        # The library warns of its own parts, as soon as they are imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        from testcontainers.redis import RedisContainer

    with RedisContainer(IMAGE) as container:
        url = f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"
        eventually(lambda: answers(url), timeout=90)
        yield url
