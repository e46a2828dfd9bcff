"""PostgreSQL: the one that TEST_POSTGRESQL_URL names, a container, or a private instance of Debian's package."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

IMAGE = "postgres:17"
#: A kill of a process is survived without waiting for the disk; power cuts are not tested here.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "unix_socket_directories": ""}


def binaries() -> Path | None:
    """Where the newest installed version keeps its programs."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return binaries() is not None


@contextmanager
def from_package() -> Iterator[str]:
    """The address of a private instance's superuser."""
    found = binaries()
    assert found is not None
    instance = PrivateInstance("postgresql")
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(instance.folder, user)
    (port,) = free_ports(1)
    data = instance.folder / "data"
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    try:
        initdb = [str(found / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(initdb, check=True, user=user, env=environment, cwd=instance.folder, stdout=subprocess.DEVNULL)
        options = [part for key, value in OPTIONS.items() for part in ("-c", f"{key}={value}")]
        command = [str(found / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), *options]
        server = instance.spawn(command, environment, user)
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"

        def answers() -> bool:
            assert server.poll() is None, instance.log()
            return _answers(url)

        eventually(answers, timeout=60)
        yield url
    finally:
        instance.stop()


@contextmanager
def from_container() -> Iterator[str]:
    """The address of a PostgreSQL in a container."""
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer(IMAGE, driver="psycopg") as container:
        yield container.get_connection_url()


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """A database of this name on the server, dropped at the end."""
    with psycopg.connect(plain(server_url), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server_url.rpartition('/')[0]}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def _answers(url: str) -> bool:
    try:
        psycopg.connect(plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
