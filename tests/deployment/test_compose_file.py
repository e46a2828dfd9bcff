"""What docker-compose.yml promises can be read from it, where no engine is."""

import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from operations import compose_secrets
from operations.rabbitmq_users import USERS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert service["restart"]


def test_nothing_but_the_proxy_is_reached_from_other_machines() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert ports.keys() == {"proxy", "rabbitmq", "prometheus", "grafana"}
    assert all(port.startswith("127.0.0.1:") for name in ports.keys() - {"proxy"} for port in ports[name])


def test_no_password_is_written_into_the_file() -> None:
    assert not re.search(r"://[^/\s]+:[^/\s]+@", TEXT)
    assert all(secret.keys() == {"file"} for secret in COMPOSE["secrets"].values())


def test_every_secret_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"

    compose_secrets.make(folder)
    first = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    compose_secrets.make(folder)

    named = {secret["file"].removeprefix("${SECRETS:-./secrets}/") for secret in COMPOSE["secrets"].values()}
    made = {str(path.relative_to(folder)) for path in first}
    for server in compose_secrets.SERVERS:
        assert {name.replace("${DATABASE:-postgresql}", server) for name in named} <= made
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.read_text() == text for path, text in first.items() if path.suffix != ".json"} == {True}
    passwords = [(folder / "rabbitmq" / user.name).read_text() for user in USERS]
    assert len({*passwords}) == len(USERS)
    assert all(len(password) == 2 * compose_secrets.BYTES for password in passwords)


def test_the_services_differ_from_one_another_in_their_secrets_alone() -> None:
    processes = [name for name in SERVICES if re.fullmatch(r"(user|order)-(migrate|api|worker|relay)", name)]

    assert len(processes) == 8
    assert all(SERVICES[name]["environment"] == COMPOSE["x-settings"] for name in processes)
