"""The processes of a release, each on a port of its own, and how one is replaced."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.eventually import eventually
from tests.rolling_update.front import Front
from tests.servers.ports import free_ports
from tests.stack import BIN, Stack

SERVICES = ("user", "order")
START_SECONDS = 60.0


@dataclass(frozen=True)
class Instance:
    """A process of a release."""

    service: str
    role: str
    name: str
    port: int


class Fleet(Stack):
    """Any number of processes of two releases; callers find the apis by the front."""

    def __init__(self, folder: Path, settings: Mapping[str, str], front: Front, lag_seconds: float) -> None:
        super().__init__(folder, settings)
        self.instances: list[Instance] = []
        self.statuses: dict[str, int] = {}
        self._front, self._lag_seconds = front, lag_seconds
        self._started = 0

    def url(self, service: str) -> str:
        """The address of the front."""
        return self._front.url(service)

    def migrate_to(self, release: Path) -> None:
        """Bring both databases up to date with a release."""
        self.environment["PYTHONPATH"] = str(release)
        self.migrate()

    def begin(self, service: str, role: str, release: Path) -> Instance:
        """Start a process that nobody waits for yet."""
        self._started += 1
        (port,) = free_ports(1)
        instance = Instance(service, role, f"{service}-{role}-{self._started}", port)
        setting = f"{service.upper()}_{'' if role == 'api' else role.upper() + '_'}PORT"
        command = [str(BIN / f"{service}-service"), role]
        self.spawn(instance.name, command, {**self.environment, "PYTHONPATH": str(release), setting: str(port)})
        return instance

    def join(self, instance: Instance) -> None:
        """Wait until it is ready, and let the front know."""
        eventually(lambda: _is_ready(instance.port), START_SECONDS)
        if instance.role == "api":
            self._front.add(instance.service, instance.port)
        self.instances.append(instance)

    def retire(self, instance: Instance) -> None:
        """Tell it to stop; the front hears of it some time later."""
        process = self.processes.pop(instance.name)
        process.terminate()
        if instance.role == "api":
            threading.Event().wait(self._lag_seconds)
            self._front.remove(instance.service, instance.port)
        self.statuses[instance.name] = process.wait(30)
        self.instances.remove(instance)


def _is_ready(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
