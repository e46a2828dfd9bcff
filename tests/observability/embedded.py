"""An embedded broker that a test may stop and start again."""

import subprocess
import sys
from pathlib import Path

from tests.eventually import eventually
from tests.servers.ports import free_ports, is_open


class Embedded:
    """Its messages outlive it, in their folder."""

    def __init__(self, folder: Path) -> None:
        (self._port,) = free_ports(1)
        self._path = folder / "broker.sqlite"
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}/"

    def start(self) -> None:
        """Start it, and wait until it accepts connections."""
        command = [sys.executable, "-m", "broker.embedded", "--port", str(self._port), "--path", str(self._path)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(lambda: is_open(self._port))

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
        self._process = None
