"""``make up`` and what follows it, on the embedded defaults, in a folder and on ports of its own."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.eventually import eventually
from tests.servers.ports import free_ports, is_open

ROOT = Path(__file__).parents[2]
PORTS = ("USER_PORT", "USER_WORKER_PORT", "USER_RELAY_PORT", "ORDER_PORT", "ORDER_WORKER_PORT", "ORDER_RELAY_PORT")


class Local:
    """A folder in which the local stack is run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = (*PORTS, "EMBEDDED_BROKER_PORT")
        self.ports = dict(zip(names, free_ports(len(names)), strict=True))
        self.plain = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}

    def run(
        self, *arguments: str, settings: dict[str, str] | None = None, text: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of ours; without settings it has to know those that the stack was started with."""
        return subprocess.run(
            [sys.executable, "-m", *arguments], cwd=self.folder, env={**self.plain, **(settings or {})}, input=text,
            text=True, capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    def up(self, **settings: str) -> subprocess.CompletedProcess[str]:
        """`make up` with these settings."""
        ports = {name: str(port) for name, port in self.ports.items()}
        return self.run("operations.local_stack", "up", settings={**ports, **settings})

    def answering(self) -> list[str]:
        """Whose ports are open."""
        return [name for name, port in self.ports.items() if is_open(port)]

    def supervisor(self) -> int:
        """Its process id."""
        return int((self.folder / "var" / "supervisord.pid").read_text())


@pytest.fixture
def local(tmp_path: Path) -> Iterator[Local]:
    made = Local(tmp_path)
    try:
        yield made
    finally:
        made.run("operations.local_stack", "down")


def test_up_demo_up_again_and_down(local: Local) -> None:
    up = local.up()
    assert up.returncode == 0, up.stderr
    assert f"http://127.0.0.1:{local.ports['USER_PORT']}" in up.stdout

    demo = local.run("operations.demo")
    assert demo.returncode == 0, demo.stderr
    assert "confirmed" in demo.stdout
    assert "rejected (insufficient_credit)" in demo.stdout

    audit = local.run("operations.audit")
    assert (audit.returncode, audit.stdout.count("\n")) == (0, 1), audit.stdout + audit.stderr
    assert "read 2 orders, 2 reservations, 1 users, 2 events" in audit.stdout

    again = local.run("operations.local_stack", "up")
    assert (again.returncode, "up already" in again.stdout) == (0, True)

    down = local.run("operations.local_stack", "down")
    assert (down.returncode, local.answering()) == (0, [])
    assert (local.folder / "var" / "user_service.sqlite").exists()

    local.run("operations.local_stack", "clean")
    assert not (local.folder / "var").exists()


def test_an_admin_is_made_on_the_running_stack_without_further_settings(local: Local) -> None:
    local.up()
    command = ("user_service", "create-admin", "--email", "root@example.com", "--name", "Root")

    first = local.run(*command, text="correct horse battery\n")
    second = local.run(*command, text="another horse battery\n")

    assert (first.returncode, "is an administrator now" in first.stdout) == (0, True), first.stderr
    assert (second.returncode, "stays as it is" in second.stdout) == (0, True), second.stderr
    body = {"email": "root@example.com", "password": "correct horse battery"}
    session = requests.post(f"http://127.0.0.1:{local.ports['USER_PORT']}/sessions", json=body, timeout=20)
    assert "products:write" in session.json()["scope"]


def test_what_is_killed_is_started_again_and_without_its_supervisor_nothing_answers(local: Local) -> None:
    local.up()
    ready = f"http://127.0.0.1:{local.ports['ORDER_WORKER_PORT']}/readyz"
    worker = _pid_of(local.supervisor(), "order-service worker")
    os.kill(worker, signal.SIGKILL)

    eventually(lambda: _pid_of(local.supervisor(), "order-service worker") not in {0, worker}, timeout=20)
    eventually(lambda: _is_ready(ready), timeout=20)

    os.kill(local.supervisor(), signal.SIGKILL)
    eventually(lambda: not local.answering(), timeout=15)
    assert local.up().returncode == 0


def _pid_of(supervisor: int, command: str) -> int:
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    for child in children:
        line = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        if command in line:
            return int(child)
    return 0


def _is_ready(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_a_port_that_is_taken_is_told_in_one_line(local: Local) -> None:
    with socket.create_server(("127.0.0.1", local.ports["EMBEDDED_BROKER_PORT"])):
        up = local.up()

    expected = f"port {local.ports['EMBEDDED_BROKER_PORT']}, which broker needs, is taken\n"
    assert (up.returncode, up.stderr, local.answering()) == (1, expected, [])


def test_two_processes_on_one_port_are_refused(local: Local) -> None:
    up = local.up(ORDER_PORT=str(local.ports["USER_PORT"]))

    assert (up.returncode, up.stderr) == (1, f"port {local.ports['USER_PORT']} is set for 2 processes\n")


def test_what_a_killed_stack_left_behind_does_not_lead_the_next_one(local: Local) -> None:
    (local.folder / "var").mkdir()
    (local.folder / "var" / "stack.env").write_text("LOG_LEVEL='loud'\n")

    assert local.up().returncode == 0


def test_wrong_settings_are_told_with_a_line_for_each(local: Local) -> None:
    up = local.up(LOG_LEVEL="loud", ORDER_DATABASE_URL="oracle://x")

    assert up.returncode == 2
    assert {line.partition(":")[0] for line in up.stderr.splitlines()} == {"LOG_LEVEL", "ORDER_DATABASE_URL"}
