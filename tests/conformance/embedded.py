"""The embedded broker as a process of its own, which a test may kill."""

import os
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


class EmbeddedBroker:
    """Started on a free port; started again it takes the same one and the same file."""

    def __init__(self, path: Path, port: int = 0) -> None:
        self.path, self.port = path, port

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._errors = self.path.with_suffix(".log").open("a")
        self.process = subprocess.Popen(
            self.command(), cwd=ROOT, stdout=subprocess.PIPE, stderr=self._errors, text=True
        )
        line = self.process.stdout.readline()
        assert line.strip(), self.path.with_suffix(".log").read_text()
        self.port = int(line)

    def command(self) -> list[str]:
        return [sys.executable, "-m", "broker.embedded", "--port", str(self.port), "--path", str(self.path)]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send the signal and wait; returns the exit status."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait until it has ended by itself; returns the exit status."""
        status = self.process.wait(timeout=10)
        self.process.stdout.close()
        self._errors.close()
        return status

    def kill(self) -> None:
        """End it as a power cut would."""
        self.stop(signal.SIGKILL)

    @property
    def memory_bytes(self) -> int:
        """What it holds in memory now."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
