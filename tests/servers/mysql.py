"""MySQL: the one that TEST_MYSQL_URL names, MySQL itself in a container, or a private MariaDB of Debian's package."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import pymysql
from sqlalchemy import make_url

from tests.servers.mariadb_node import is_packaged, running_node

IMAGE = "mysql:8.4"
__all__ = ["IMAGE", "database", "from_container", "from_package", "is_packaged", "version"]


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private MariaDB's superuser."""
    with running_node() as node:
        yield node.url


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a MySQL in a container."""
    with warnings.catch_warnings():
        # The library warns of its own parts, as soon as they are imported.
        warnings.simplefilter("ignore", DeprecationWarning)
        from testcontainers.mysql import MySqlContainer

    with MySqlContainer(IMAGE, dialect="pymysql", username="root") as container:
        yield container.get_connection_url()


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """A database of this name on the server, dropped at the end."""
    _administer(server_url, f"CREATE DATABASE `{name}`")
    try:
        yield f"{server_url.rpartition('/')[0]}/{name}"
    finally:
        # Over a connection of its own: the server may have been restarted meanwhile.
        _administer(server_url, f"DROP DATABASE `{name}`")


def version(server_url: str) -> str:
    """Which server it is."""
    return _administer(server_url, "SELECT version()")


def _administer(server_url: str, statement: str) -> str:
    url = make_url(server_url)
    connection = pymysql.connect(
        host=url.host, port=url.port or 3306, user=url.username or "", password=url.password or "", autocommit=True
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""
