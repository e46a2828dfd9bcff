"""Which of three ways a server comes: an address in the environment, a container, Debian's package."""

import gc
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from tests.servers import mysql, postgresql, rabbitmq, redis

ENGINE_SECONDS = 5
PULL_SECONDS = 600
SERVERS: dict[str, ModuleType] = {"rabbitmq": rabbitmq, "postgresql": postgresql, "mysql": mysql, "redis": redis}


class NoServer(Exception):
    """None of the three ways works here."""


@contextmanager
def server(name: str) -> Iterator[str]:
    """The server's address; NoServer says in one line what would help."""
    setting = f"TEST_{name.upper()}_URL"
    module = SERVERS[name]
    if url := os.environ.get(setting):
        yield url
    elif docker_has(module.IMAGE):
        with module.from_container() as url:
            yield url
    elif module.is_packaged():
        with module.from_package() as url:
            yield url
    else:
        raise NoServer(f"no {name}: set {setting}, run a Docker engine, or install Debian's package")


def docker_has(image: str) -> bool:
    """True if a Docker engine answers, and has the image, and the one that cleans up, or can pull them."""
    import docker
    from docker.errors import DockerException

    try:
        docker.from_env(timeout=ENGINE_SECONDS).close()
        client = docker.from_env(timeout=PULL_SECONDS)
    except DockerException:
        client = None
    if client is None:
        # Not before the error is gone: it holds them.
        _collect_its_sockets()
        return False
    try:
        return all(_is_there(client, each) for each in (image, *_reaper()))
    finally:
        client.close()


def _collect_its_sockets() -> None:
    # The library leaves one open for each engine that it did not find; collected in a test it would fail that test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def _reaper() -> list[str]:
    from testcontainers.core.config import testcontainers_config

    return [] if testcontainers_config.ryuk_disabled else [testcontainers_config.ryuk_image]


def _is_there(client: Any, image: str) -> bool:
    from docker.errors import DockerException, ImageNotFound

    try:
        client.images.get(image)
    except ImageNotFound:
        try:
            client.images.pull(image)
        except DockerException:
            return False
    except DockerException:
        return False
    return True
