"""A server process of our own in a folder of its own, stopped by its id."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path


class PrivateInstance:
    """What a private instance has: a folder and processes, all gone after ``stop``."""

    def __init__(self, name: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self._processes: list[subprocess.Popen[bytes]] = []

    def spawn(
        self, command: Sequence[str], env: Mapping[str, str], user: str | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a process whose output goes to the folder's log."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env=dict(env),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                user=user,
                start_new_session=True,
                cwd=self.folder,
            )
        self._processes.append(process)
        return process

    def log(self) -> str:
        """What the processes have said."""
        return (self.folder / "log").read_text(errors="replace")

    def end(self, process: subprocess.Popen[bytes], by: signal.Signals) -> None:
        """End one of them with its children, and keep the folder for the next that is started."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, by)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(20)
        self._processes.remove(process)

    def stop(self) -> None:
        """End the processes that were started here, with their children, and remove the folder."""
        for process in reversed(self._processes[:]):
            self.end(process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)
