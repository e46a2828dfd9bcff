"""The whole system as processes, for tests that use it from outside and kill parts of it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from tests.eventually import eventually
from tests.servers.ports import free_ports

ROLES = ("api", "worker", "relay")
BIN = Path(sys.executable).parent
ROOT = Path(__file__).parents[1]
NOTHING: Mapping[str, str] = {}


class Stack:
    """Processes by name, such as ``user-api``, ``order-worker``, ``order-worker-2``."""

    def __init__(self, folder: Path, settings: Mapping[str, str], programs: Mapping[str, str] = NOTHING) -> None:
        self.folder = folder
        self._programs = programs
        names = [
            f"{service}_{role}" for service in ("USER", "ORDER") for role in ("PORT", "WORKER_PORT", "RELAY_PORT")
        ]
        ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
        self.environment = {
            "PATH": os.environ["PATH"],
            # Where the code of this very checkout comes first, also if another one is installed.
            "PYTHONPATH": str(ROOT),
            "BIND_HOST": "127.0.0.1",
            "LOG_FORMAT": "json",
            # Nobody comes any more when a test stops its processes.
            "SHUTDOWN_DELAY_SECONDS": "0",
            **ports,
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._groups: list[int] = []

    def url(self, service: str) -> str:
        """The address of a service's API."""
        return f"http://127.0.0.1:{self.environment[f'{service.upper()}_PORT']}"

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Run one of our commands to its end."""
        return subprocess.run(
            [str(BIN / arguments[0]), *arguments[1:]],
            env=self.environment,
            cwd=self.folder,
            input=text,
            text=True,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def migrate(self) -> None:
        """Bring both databases up to date."""
        for service in ("user", "order"):
            done = self.command(f"{service}-service", "migrate")
            assert done.returncode == 0, done.stderr

    def start(self, name: str) -> None:
        """Start a process; of workers and relays beyond the first the ports are their own."""
        service, role, *number = name.split("-")
        environment = dict(self.environment)
        if number:
            environment[_port_setting(service, role)] = str(free_ports(1)[0])
        program = self._programs.get(role)
        command = [sys.executable, "-m", program, service] if program else [str(BIN / f"{service}-service"), role]
        self.spawn(name, command, environment)

    def spawn(self, name: str, command: list[str], environment: Mapping[str, str]) -> None:
        """Start any process under this name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=dict(environment), cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        self._groups.append(self.processes[name].pid)

    def start_all(self) -> None:
        """Start api, worker and relay of both services, and wait until they are ready."""
        for service in ("user", "order"):
            for role in ROLES:
                self.start(f"{service}-{role}")
        self.await_ready()

    def await_ready(self) -> None:
        """Wait until everything that was started first of its kind is ready."""
        for service in ("USER", "ORDER"):
            for setting in ("PORT", "WORKER_PORT", "RELAY_PORT"):
                port = self.environment[f"{service}_{setting}"]
                eventually(lambda port=port: _ready(port), timeout=30)  # type: ignore[misc] # bound now

    def is_ready(self, name: str) -> bool:
        """What the first of its kind says."""
        return _ready(self.environment[_port_setting(*name.split("-"))])

    def is_whole(self) -> bool:
        """True if nothing that was started has ended by itself."""
        return all(process.poll() is None for process in self.processes.values())

    def kill(self, name: str) -> None:
        """SIGKILL, as the out-of-memory killer would."""
        process = self.processes.pop(name)
        process.kill()
        process.wait(10)

    def terminate(self, name: str, timeout: float = 30) -> int:
        """SIGTERM; the exit status."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout)

    def stop(self) -> None:
        """End everything that was started here, also what outlived its parent against our promise."""
        try:
            self._end_processes()
        finally:
            for group in self._groups:
                with suppress(ProcessLookupError):
                    os.killpg(group, signal.SIGKILL)

    def _end_processes(self) -> None:
        for process in self.processes.values():
            process.terminate()
        for name, process in self.processes.items():
            try:
                process.wait(25)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                raise AssertionError(f"{name} did not stop") from None
        self.processes.clear()

    def logs(self) -> str:
        """What all processes have said."""
        return "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("*.log")))


@contextmanager
def running(folder: Path, settings: Mapping[str, str], programs: Mapping[str, str] = NOTHING) -> Iterator[Stack]:
    """A migrated, ready stack; ``programs`` names modules that stand for our own commands, by role."""
    stack = Stack(folder, settings, programs)
    try:
        stack.migrate()
        stack.start_all()
        yield stack
    except BaseException:
        sys.stderr.write(stack.logs())
        raise
    finally:
        stack.stop()


def _port_setting(service: str, role: str) -> str:
    return f"{service.upper()}_{'' if role == 'api' else role.upper() + '_'}PORT"


def _ready(port: str) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
