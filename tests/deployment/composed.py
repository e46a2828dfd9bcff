"""The stack in containers, as a project of a test's own: its name, ports, passwords and volumes meet no other's."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from operations.docker_engine import NoDocker, fetch_images, require_engine
from tests.servers.ports import free_ports

ROOT = Path(__file__).parents[2]
PORTS = ("USER_PORT", "ORDER_PORT", "RABBITMQ_CONSOLE_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")
#: Ends the process below the first one of its container, as a fault of its own would.
CRASH = """
import os, pathlib, signal
for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
    pid, parent = int(path.parent.name), int(path.read_text().rpartition(") ")[2].split()[1])
    if parent == 1 and pid != os.getpid():
        os.kill(pid, signal.SIGKILL)
"""


class Composed:
    """What is done with it from outside."""

    def __init__(self, folder: Path) -> None:
        self.ports = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
        self._environment = {
            **os.environ,
            **self.ports,
            "PYTHONPATH": str(ROOT),
            "STACK": "docker",
            "COMPOSE_PROJECT_NAME": f"event-services-test-{uuid4().hex[:8]}",
            "SECRETS": str(folder / "secrets"),
            "IMAGE": "event-services:test",
        }

    def url(self, service: str) -> str:
        """The address of a service's API, at the proxy."""
        return f"http://127.0.0.1:{self.ports[f'{service.upper()}_PORT']}"

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What `make up`, `make demo` and so on run."""
        return self._run(sys.executable, "-m", "operations.stack", *arguments)

    def compose(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """A command of Docker Compose."""
        return self._run("docker", "compose", *arguments, text=text)

    def command(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """One of our commands, where the contract says that it works."""
        return self.compose("exec", "-T", "user-api", *arguments, text=text)

    def containers(self) -> list[dict[str, Any]]:
        """All of them, running or not."""
        lines = self.compose("ps", "--all", "--format", "json").stdout.splitlines()
        return [json.loads(line) for line in lines]

    def healthy(self, service: str) -> int:
        """How many containers of a service run and are ready."""
        return sum(each["Service"] == service and each["Health"] == "healthy" for each in self.containers())

    def crash(self, service: str, number: int = 1) -> None:
        """End a container's process without a word; its restart policy brings it back."""
        self.compose("exec", "-T", "--index", str(number), service, "python", "-c", CRASH)

    def kill(self, service: str, number: int = 1) -> None:
        """Kill a container for good."""
        name = f"{self._environment['COMPOSE_PROJECT_NAME']}-{service}-{number}"
        assert self._run("docker", "kill", name).returncode == 0

    def _run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, input=text, text=True, capture_output=True, timeout=400,
            check=False,
        )  # fmt: skip


@contextmanager
def composed(folder: Path) -> Iterator[Composed]:
    """A running one, gone with its data at the end; skipped where no engine answers or images can't be had."""
    try:
        require_engine()
        fetch_images()
    except NoDocker as error:
        pytest.skip(str(error))
    stack = Composed(folder)
    try:
        up = stack.make("up")
        assert up.returncode == 0, up.stdout + up.stderr
        yield stack
    finally:
        stack.make("clean")
