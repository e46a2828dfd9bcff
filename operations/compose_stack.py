"""The stack in containers: docker-compose.yml, with the passwords that it needs."""

import os
import shutil
import subprocess  # nosec B404 # the docker command, see below
import sys

import click
from dotenv import dotenv_values

from operations import compose_secrets
from operations.docker_engine import ANSWER_SECONDS, OURS, fetch_images
from operations.local_stack import fail

UP_SECONDS = 300


def is_up() -> bool:
    """Whether it has any container, running or not; without an engine it has none."""
    if not compose_secrets.folder().exists():
        return False
    try:
        return bool(_compose("ps", "--all", "--quiet", seconds=ANSWER_SECONDS, stdout=subprocess.PIPE).stdout)
    except (OSError, subprocess.TimeoutExpired):
        return False


def exists() -> bool:
    """Whether there may be containers or data of it."""
    return compose_secrets.folder().exists()


def up() -> None:
    """Start everything; return when every process is ready."""
    left_out = fetch_images()
    compose_secrets.make(compose_secrets.folder())
    without = ["--scale", "grafana=0"] if left_out else []
    if (name := _setting("DATABASE", "postgresql")) != "postgresql":
        without += ["--scale", "postgresql=0"]
    # Whatever is there was fetched above, or can't be; what IMAGE names was built elsewhere.
    build = ["--build"] if _setting("IMAGE", OURS).startswith(OURS) else []
    waiting = ("--detach", "--wait", "--wait-timeout", str(UP_SECONDS))
    if _compose("--profile", name, "up", *waiting, *build, "--pull", "never", *without).returncode:
        fail("the containers did not become ready; `docker compose ps -a` and `make logs` tell more")
    _tell(left_out)


def down() -> None:
    """Stop everything and remove the containers; data are kept."""
    _end("down", "--remove-orphans")
    click.echo("The stack is down; its data are kept in Docker's volumes.")


def clean() -> None:
    """Stop everything and remove all data, and the passwords that opened them."""
    _end("down", "--remove-orphans", "--volumes")
    shutil.rmtree(compose_secrets.folder(), ignore_errors=True)
    click.echo(f"Docker's volumes and {compose_secrets.folder()}/ are gone.")


def logs() -> None:
    """Follow all logs."""
    sys.exit(_compose("logs", "--follow", "--tail", "20").returncode)


def run(*command: str) -> None:
    """Run a command of ours within the networks, with the operator's rights, and end as it ends."""
    terminal = [] if sys.stdout.isatty() else ["--no-TTY"]
    sys.exit(_compose("run", "--rm", "--no-deps", "--quiet-pull", *terminal, "operator", *command).returncode)


def _end(*command: str) -> None:
    # Also what was started with a profile.
    if _compose("--profile", "*", *command).returncode:
        fail("the containers were not all stopped; `docker compose ps -a` tells more")


def _compose(
    *command: str, seconds: float | None = None, stdout: int | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # nosec B603, B607 # noqa: S603 - our own words
        ["docker", "compose", *command],  # noqa: S607 - wherever it is
        timeout=seconds,
        stdout=stdout,
        check=False,
    )


def _tell(left_out: tuple[str, ...]) -> None:
    user, order = _setting("USER_PORT", "5000"), _setting("ORDER_PORT", "5001")
    click.echo(
        f"""
  user_service    http://127.0.0.1:{user}    (its API: /docs)
  order_service   http://127.0.0.1:{order}    (try /products; its API: /docs)
  RabbitMQ        http://127.0.0.1:{_setting("RABBITMQ_CONSOLE_PORT", "15672")}   (user operator)
  Prometheus      http://127.0.0.1:{_setting("PROMETHEUS_PORT", "9090")}
  Grafana         {"left out: its image can't be had" if left_out else _grafana()}
  logs            make logs
  passwords       {compose_secrets.folder()}/    (RabbitMQ: rabbitmq/operator; Grafana: grafana_admin)

Next: `make demo` follows an order through both services; `docker compose run --rm operator broker tail` shows every
event; `docker compose exec user-api user-service create-admin --email you@example.com --name You` makes an
administrator; `make down` stops everything.
"""
    )


def _grafana() -> str:
    return f"http://127.0.0.1:{_setting('GRAFANA_PORT', '3000')}    (user admin)"


def _setting(name: str, default: str) -> str:
    # As Compose reads them.
    return os.environ.get(name) or dotenv_values(".env").get(name) or default
