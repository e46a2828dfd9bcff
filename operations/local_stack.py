"""The local stack: ``up``, ``down``, ``clean`` and ``logs``. Needs nothing but Python."""

import os
import shutil
import signal
import socket
import subprocess  # nosec B404 # each use says what it starts
import sys
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event
from time import monotonic
from typing import NoReturn

import click

from broker.environment import Environment, is_given
from broker.settings import STACK_FILE, broker_url
from chassis.command_store import opened_store
from chassis.settings import Settings, SettingsWrong
from operations.processes import (
    CONFIG,
    LOGS,
    VAR,
    Process,
    running_supervisor,
    script,
    write_config,
)
from operations.settings import read_settings
from operations.stack_settings import ADDRESS, environment, programs, take_over_stack_file
from order_service.service import make_service as order_service
from user_service.service import make_service as user_service

READY_SECONDS = 60.0
DOWN_SECONDS = 40.0
POLL_SECONDS = 0.1
LOG_LINES = 15


@click.group()
def main() -> None:
    """Run the whole system on this machine."""
    os.umask(0o077)


@main.command()
def up() -> None:
    """Start everything; return when every process is ready."""
    if running_supervisor() is not None:
        click.echo("The stack is up already.")
    else:
        _start()
    _await_ready()
    _tell()


@main.command()
def down() -> None:
    """Stop everything; data are kept."""
    pid = running_supervisor()
    if pid is None:
        STACK_FILE.unlink(missing_ok=True)
        click.echo("The stack is down.")
        return
    os.kill(pid, signal.SIGTERM)
    deadline = monotonic() + DOWN_SECONDS
    while running_supervisor() is not None:
        if monotonic() > deadline:
            fail(f"supervisor {pid} has not stopped in {DOWN_SECONDS:.0f} seconds")
        Event().wait(POLL_SECONDS)
    STACK_FILE.unlink(missing_ok=True)
    click.echo("The stack is down; its data are kept in var/.")


@main.command()
@click.pass_context
def clean(context: click.Context) -> None:
    """Stop everything and remove all data."""
    context.invoke(down)
    shutil.rmtree(VAR, ignore_errors=True)
    click.echo("var/ is gone.")


@main.command()
def logs() -> None:
    """Follow all logs."""
    files = sorted(str(path) for path in LOGS.glob("*.log"))
    if not files:
        fail("there are no logs yet: run `make up`")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])  # nosec B606, B607 # noqa: S606, S607 - the system's own


def _start() -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    # One that was killed has left it behind.
    STACK_FILE.unlink(missing_ok=True)
    passed = environment()
    os.environ.update(passed)
    settings = _settings()
    started = programs()
    _refuse_taken_ports(started)
    STACK_FILE.write_text("".join(f"{key}='{value}'\n" for key, value in passed.items()))
    for make, chosen in zip((user_service, order_service), settings, strict=True):
        service = make()
        with opened_store(service, chosen) as store:
            service.migrate(store)
    write_config(started, {**passed, "EXIT_WITH_PARENT": "true", "PYTHONUNBUFFERED": "1"})
    with (LOGS / "supervisord.out").open("wb") as output:
        subprocess.Popen(  # nosec B603 # noqa: S603 - our own supervisor
            [script("supervisord"), "-c", str(CONFIG.absolute())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _settings() -> tuple[Settings, Settings]:
    try:
        return read_settings()
    except SettingsWrong as error:
        fail(str(error), status=2)


def _refuse_taken_ports(programs: list[Process]) -> None:
    ports = [program.port for program in programs]
    lines = [f"port {each.port}, which {each.name} needs, is taken" for each in programs if _is_taken(each.port)]
    lines += [f"port {port} is set for {ports.count(port)} processes" for port in set(ports) if ports.count(port) > 1]
    if lines:
        fail("\n".join(lines))


def _is_taken(port: int) -> bool:
    with socket.socket() as listener:
        # As the servers do it: a port that only waits for its last packets is free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError:
            return True
    return False


def _await_ready() -> None:
    take_over_stack_file()
    deadline = monotonic() + READY_SECONDS
    for program in programs():
        while program.has_readyz and not _ready(program.port):
            if running_supervisor() is None and monotonic() > deadline - READY_SECONDS + 5:
                fail("the supervisor has stopped; see var/log/supervisord.out")
            if monotonic() > deadline:
                _give_up(program)
            Event().wait(POLL_SECONDS)


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{ADDRESS}:{port}/readyz", timeout=2) as answer:  # nosec B310 # our own services
            return int(answer.status) == 200  # noqa: PLR2004 - OK
    except (urllib.error.URLError, OSError):
        return False


def _give_up(program: Process) -> None:
    log = LOGS / f"{program.name}.log"
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:] if log.exists() else []
    click.echo("\n".join(lines), err=True)
    if (pid := running_supervisor()) is not None:
        os.kill(pid, signal.SIGTERM)
    STACK_FILE.unlink(missing_ok=True)
    fail(f"{program.name} was not ready in {READY_SECONDS:.0f} seconds; its last lines are above")


def _tell() -> None:
    env = Environment()
    user, order = env.int("USER_PORT", 5000), env.int("ORDER_PORT", 5001)
    what = "RabbitMQ" if is_given("BROKER_URL") else "the embedded broker"
    click.echo(
        f"""
  user_service    http://{ADDRESS}:{user}    (its API: /docs)
  order_service   http://{ADDRESS}:{order}    (try /products; its API: /docs)
  broker          {_without_password(broker_url(env))}    ({what})
  logs            {Path("var/log")}/    (make logs)

Next: `make demo` follows an order through both services; `.venv/bin/broker tail` shows every event;
`.venv/bin/user-service create-admin --email you@example.com --name You` makes an administrator;
`make down` stops everything.
"""
    )


def _without_password(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def fail(message: str, status: int = 1) -> NoReturn:
    """End with one line."""
    click.echo(message, err=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
