"""A database on whichever server."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from tests.servers import mysql, postgresql


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """A fresh database whose name begins like this, dropped at the end."""
    module = postgresql if server_url.startswith("postgresql") else mysql
    with module.database(server_url, f"{name}_{uuid4().hex}") as url:
        yield url


@contextmanager
def both_databases(server_url: str) -> Iterator[dict[str, str]]:
    """The settings that name one for each service."""
    with database(server_url, "users") as users, database(server_url, "orders") as orders:
        yield {"USER_DATABASE_URL": users, "ORDER_DATABASE_URL": orders}
