"""The services' commands, run by themselves in an empty folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api_client import PASSWORD
from tests.servers.ports import free_ports
from tests.stack import BIN, ROOT


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, str(BIN / arguments[0]), *arguments[1:]]
    return subprocess.run(
        command, cwd=folder, env=environment, input=PASSWORD, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("service", ["user-service", "order-service"])
def test_a_database_file_is_made_with_its_folder_where_there_is_none(service: str, tmp_path: Path) -> None:
    done = run(tmp_path, service, "migrate")

    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "var" / f"{service.replace('-', '_')}.sqlite").exists()
    assert run(tmp_path, service, "migrate").returncode == 0


COMMANDS = (["migrate"], ["outbox", "list"], ["create-admin", "--email", "ada@example.com", "--name", "Ada"])


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_database_that_is_away_is_told_in_one_line(command: list[str], tmp_path: Path) -> None:
    (port,) = free_ports(1)
    away = f"postgresql+psycopg://nobody@127.0.0.1:{port}/nothing"

    done = run(tmp_path, "user-service", *command, USER_DATABASE_URL=away)

    assert done.returncode == 1
    assert "the database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
