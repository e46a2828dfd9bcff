"""What is secret may stand in a file; what is set to nothing is not set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.environment import is_given
from broker.settings import settings_of_the_stack
from chassis.settings import SettingsWrong
from tests.stores import ORDERS, USERS

URL = "amqp://someone:secret@rabbitmq.example/"
SECRETS = {
    "BROKER_URL": URL,
    "USER_DATABASE_URL": "postgresql+psycopg://users:secret@postgresql.example/users",
    "REDIS_URL": "redis://:secret@redis.example/0",
    "SMTP_URL": "smtp://mailer:secret@mail.example",
}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in SECRETS:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)


def in_a_file(monkeypatch: pytest.MonkeyPatch, name: str, content: str) -> None:
    path = Path(name.lower())
    path.write_text(content)
    monkeypatch.setenv(f"{name}_FILE", str(path))


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_each_secret_may_stand_in_a_file_whose_last_line_may_end(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SECRETS.items():
        in_a_file(monkeypatch, name, value + end)

    settings = USERS.settings()

    assert (settings.broker.url, settings.database_url) == (SECRETS["BROKER_URL"], SECRETS["USER_DATABASE_URL"])
    assert (settings.redis_url, settings.own["SMTP_URL"]) == (SECRETS["REDIS_URL"], SECRETS["SMTP_URL"])
    assert settings_of_the_stack().url == SECRETS["BROKER_URL"]


def test_the_other_service_reads_the_file_of_its_own_database(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_file(monkeypatch, "ORDER_DATABASE_URL", "sqlite:///orders\n")

    assert ORDERS.settings().database_url == "sqlite:///orders"


def test_files_that_can_t_be_used_are_told_without_what_they_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_URL_FILE", "nowhere")
    in_a_file(monkeypatch, "USER_DATABASE_URL", "oracle://someone:secret@host/x")
    in_a_file(monkeypatch, "REDIS_URL", "\n")
    monkeypatch.setenv("SMTP_URL_FILE", ".")

    with pytest.raises(SettingsWrong) as told:
        USERS.settings()

    lines = dict(line.split(": ", 1) for line in str(told.value).splitlines())
    assert lines.keys() == {"BROKER_URL_FILE", "USER_DATABASE_URL_FILE", "REDIS_URL_FILE", "SMTP_URL_FILE"}
    assert lines["REDIS_URL_FILE"] == "There is nothing in redis_url."
    assert "secret@" not in str(told.value)


def test_a_secret_that_is_given_twice_ends_the_program_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_file(monkeypatch, "BROKER_URL", URL)
    monkeypatch.setenv("BROKER_URL", URL)

    ended = subprocess.run(
        [sys.executable, "-m", "user_service", "worker"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr.splitlines() == ["BROKER_URL_FILE: Is set beside BROKER_URL; only one of them may be."]


def test_the_environment_is_above_what_the_running_stack_was_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("var").mkdir()
    Path("var/stack.env").write_text(f"BROKER_URL='amqp://stack.example/'\nREDIS_URL_FILE='{Path.cwd()}/nowhere'\n")
    in_a_file(monkeypatch, "BROKER_URL", URL)
    monkeypatch.setenv("REDIS_URL", SECRETS["REDIS_URL"])

    settings = USERS.settings()

    assert (settings.broker.url, settings.redis_url) == (URL, SECRETS["REDIS_URL"])


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("BROKER_URL", "BROKER_URL_FILE", "BROKER_CA_FILE", "REQUEST_LIMIT", "RETRY_DELAYS_SECONDS"):
        monkeypatch.setenv(name, "")
    for name in ("USER_PORT", "TOKEN_ISSUER", "LOG_LEVEL", "SMTP_URL", "USER_DATABASE_URL", "EXIT_WITH_PARENT"):
        monkeypatch.setenv(name, "")

    settings = USERS.settings()

    assert (settings.port, settings.log_level, settings.request_limit) == (5000, "info", None)
    assert settings.broker.url == "amqp://guest:guest@127.0.0.1:5672/"
    assert settings.token_issuer == "http://127.0.0.1:5000"
    assert not is_given("BROKER_URL")
