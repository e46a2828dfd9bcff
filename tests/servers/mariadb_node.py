"""A MariaDB of our own, of Debian's package, that a test may crash and start again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql

from tests.eventually import eventually
from tests.servers.ports import free_ports
from tests.servers.private_instance import PrivateInstance

SERVER, INSTALL = Path("/usr/sbin/mariadbd"), Path("/usr/bin/mariadb-install-db")
#: A kill of a process is survived without waiting for the disk; power cuts are not tested here.
OPTIONS = {
    "bind-address": "127.0.0.1",
    "innodb-flush-log-at-trx-commit": "2",
    "innodb-doublewrite": "OFF",
    "debug-no-sync": "ON",
    # Else each of the tables that each test makes and drops is a file.
    "innodb-file-per-table": "OFF",
    "innodb-buffer-pool-size": "64M",
    "max-connections": "300",
    "skip-name-resolve": "ON",
}
START_SECONDS = 60


def is_packaged() -> bool:
    """True if Debian's package is installed."""
    return SERVER.exists() and INSTALL.exists()


class MariaDBNode:
    """Own port, own folder. Its data outlive a crash."""

    def __init__(self) -> None:
        self._instance = PrivateInstance("mariadb")
        # The server refuses to run as root.
        self._user = "mysql" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._instance.folder, self._user)
        (self.port,) = free_ports(1)
        self.url = f"mysql+pymysql://root@127.0.0.1:{self.port}/mysql"
        self._environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self._options = {
            **OPTIONS,
            "datadir": str(self._instance.folder / "data"),
            "socket": str(self._instance.folder / "socket"),
            "pid-file": str(self._instance.folder / "pid"),
            "port": str(self.port),
        }
        self._server: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Make its data folder."""
        folder = f"--datadir={self._options['datadir']}"
        subprocess.run(
            [str(INSTALL), "--no-defaults", folder, "--auth-root-authentication-method=normal", "--skip-test-db"],
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
        options = [f"--{name}={value}" for name, value in self._options.items()]
        command = [str(SERVER), "--no-defaults", *options]
        self._server = server = self._instance.spawn(command, self._environment, self._user)

        def up() -> bool:
            assert server.poll() is None, self._instance.log()
            return _answers(self.port)

        eventually(up, timeout=START_SECONDS)

    def use_tls(self, certificate: Path, key: Path) -> None:
        """Let it answer by TLS too, from its next start on."""
        for name, file in (("ssl-cert", certificate), ("ssl-key", key)):
            copy = Path(shutil.copy(file, self._instance.folder))
            copy.chmod(0o600)
            if self._user:
                shutil.chown(copy, self._user)
            self._options[name] = str(copy)

    def crash(self) -> None:
        """SIGKILL; without effect if it doesn't run."""
        if self._server is not None:
            self._instance.end(self._server, signal.SIGKILL)
            self._server = None

    def remove(self) -> None:
        """End it, and remove its data."""
        self._instance.stop()


@contextmanager
def running_node() -> Iterator[MariaDBNode]:
    """A started server, gone at the end."""
    node = MariaDBNode()
    try:
        node.create()
        node.start()
        yield node
    finally:
        node.remove()


def _answers(port: int) -> bool:
    try:
        pymysql.connect(host="127.0.0.1", port=port, user="root", connect_timeout=2).close()
    except pymysql.Error:
        return False
    return True
