"""PostgreSQL: the one that TEST_POSTGRESQL_URL names, a container, or a private instance of Debian's package."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.servers.postgresql_node import is_packaged, plain, running_node

IMAGE = "postgres:17"
__all__ = ["IMAGE", "database", "from_container", "from_package", "is_packaged"]


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private instance's superuser."""
    with running_node() as node:
        yield node.url


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a PostgreSQL in a container."""
    with warnings.catch_warnings():
        # The library warns of its own parts, as soon as they are imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        from testcontainers.postgres import PostgresContainer

    with PostgresContainer(IMAGE, driver="psycopg") as container:
        yield container.get_connection_url()


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """A database of this name on the server, dropped at the end."""
    _administer(server_url, f'CREATE DATABASE "{name}"')
    try:
        yield f"{server_url.rpartition('/')[0]}/{name}"
    finally:
        # Over a connection of its own: the server may have been restarted meanwhile.
        _administer(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _administer(server_url: str, statement: str) -> None:
    with psycopg.connect(plain(server_url), autocommit=True) as connection:
        connection.execute(statement)
