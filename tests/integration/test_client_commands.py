"""Registering clients from the command line."""

from pathlib import Path

import pytest

from tests.integration.test_commands import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run(tmp_path, "user-service", "migrate").returncode == 0
    return tmp_path


def test_a_client_is_made_once_and_its_secret_shown_once(folder: Path) -> None:
    made = run(folder, "user-service", "create-client", "--id", "billing", "--scope", "users:read credit:write")
    again = run(folder, "user-service", "create-client", "--id", "billing", "--scope", "users:write")
    listed = run(folder, "user-service", "list-clients")

    secret = made.stdout.rpartition(": ")[2].strip()
    assert len(secret) > 30
    assert '"by": ' in made.stderr
    assert secret not in made.stderr + again.stdout + listed.stdout
    assert again.stdout == "billing is there already, and stays as it is.\n"
    assert "credit:write users:read" in listed.stdout


def test_a_client_with_addresses_has_no_secret(folder: Path) -> None:
    address = "https://shop.example/back"

    made = run(folder, "user-service", "create-client", "--id", "shop", "--redirect-uri", address)
    renewed = run(folder, "user-service", "renew-client-secret", "shop")

    assert made.stdout == "shop is a public client.\n"
    assert (renewed.returncode, renewed.stderr) == (1, "Client shop has no secret.\n")


def test_a_client_gets_another_secret_and_is_disabled(folder: Path) -> None:
    first = run(folder, "user-service", "create-client", "--id", "billing").stdout

    second = run(folder, "user-service", "renew-client-secret", "billing").stdout
    run(folder, "user-service", "disable-client", "billing")

    assert first != second
    assert "disabled 20" in run(folder, "user-service", "list-clients").stdout
    assert run(folder, "user-service", "disable-client", "nobody").returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["--id", "1st"],
        ["--id", "web"],
        ["--id", "x", "--scope", "everything"],
        ["--id", "x", "--redirect-uri", "http://evil.example/"],
        ["--id", "x", "--redirect-uri", "https://shop.example/#part"],
        ["--id", "x", "--redirect-uri", "javascript:alert(1)"],
        ["--id", "x", "--redirect-uri", "blob:https://shop.example"],
        ["--id", "x", "--redirect-uri", "/back"],
        ["--id", "x", "--redirect-uri", "https://[/"],
    ],
)
def test_what_is_no_client_is_refused(arguments: list[str], folder: Path) -> None:
    done = run(folder, "user-service", "create-client", *arguments)

    assert done.returncode == 2
    assert "Invalid value" in done.stderr
    assert run(folder, "user-service", "list-clients").stdout == ""
