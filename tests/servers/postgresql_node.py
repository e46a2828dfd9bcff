"""A PostgreSQL of our own, of Debian's package, that a test may crash and start again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

#: A kill of a process is survived without waiting for the disk; power cuts are not tested here.
OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200", "unix_socket_directories": ""}
START_SECONDS = 60


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return _programs() is not None


class PostgreSQLNode:
    """Own port, own folder. Its data outlive a crash. ``options`` are settings of its configuration."""

    def __init__(self, **options: str) -> None:
        programs = _programs()
        assert programs is not None
        self._programs = programs
        self._instance = PrivateInstance("postgresql")
        # The server refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._instance.folder, self._user)
        (self.port,) = free_ports(1)
        self.url = f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"
        self._environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self._options = {**OPTIONS, **options}
        self._server: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make its data folder."""
        command = [str(self._programs / "initdb"), "-D", str(self._data), "-U", "postgres"]
        subprocess.run(
            [*command, "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            user=self._user,
            env=self._environment,
            cwd=self._instance.folder,
            stdout=subprocess.DEVNULL,
        )

    def start(self) -> None:
        """Start it, on the same port each time, and return when it answers; without effect if it runs."""
        if self._server is not None:
            return
        options = [part for key, value in self._options.items() for part in ("-c", f"{key}={value}")]
        command = [str(self._programs / "postgres"), "-D", str(self._data), "-h", "127.0.0.1", "-p", str(self.port)]
        self._server = server = self._instance.spawn([*command, *options], self._environment, self._user)

        def up() -> bool:
            assert server.poll() is None, self._instance.log()
            return _answers(self.url)

        eventually(up, timeout=START_SECONDS)

    def version(self) -> str:
        """As it tells it itself."""
        with psycopg.connect(plain(self.url)) as connection:
            return connection.execute("SHOW server_version").fetchone()[0].split()[0]  # type: ignore[index] # a row

    def use_tls(self, certificate: Path, key: Path) -> None:
        """Let it answer by TLS too, from its next start on."""
        for name, file in (("ssl_cert_file", certificate), ("ssl_key_file", key)):
            # It reads no key of somebody else's.
            copy = Path(shutil.copy(file, self._instance.folder))
            copy.chmod(0o600)
            if self._user:
                shutil.chown(copy, self._user)
            self._options[name] = str(copy)
        self._options["ssl"] = "on"

    @property
    def pid(self) -> int:
        """Of its first process, while it runs."""
        assert self._server is not None
        return self._server.pid

    def crash(self) -> None:
        """End it at once and all its sessions, without a checkpoint; without effect if it doesn't run."""
        if self._server is not None:
            # By SIGKILL its sessions would outlive it for a moment, and keep the next one from starting.
            self._instance.end(self._server, signal.SIGQUIT)
            self._server = None

    def remove(self) -> None:
        """End it, and remove its data."""
        self._instance.stop()

    @property
    def _data(self) -> Path:
        return self._instance.folder / "data"


@contextmanager
def running_node(**options: str) -> Iterator[PostgreSQLNode]:
    """A started server, gone at the end."""
    node = PostgreSQLNode(**options)
    try:
        node.create()
        node.start()
        yield node
    finally:
        node.remove()


def plain(url: str) -> str:
    """The address as psycopg itself takes it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def _programs() -> Path | None:
    # Of the newest installed version.
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _answers(url: str) -> bool:
    try:
        psycopg.connect(plain(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
