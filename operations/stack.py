"""What ``make up`` and its kin act on: the stack in containers, or the one of processes on this machine."""

import os
import sys
from collections.abc import Callable

import click

from operations import compose_stack, local_stack
from operations.docker_engine import NoDocker, fetch_images, require_engine
from operations.processes import VAR, running_supervisor

DOCKER, LOCAL = "docker", "local"
EXIT_USAGE = 2


@click.group()
def main() -> None:
    """Run the whole system: STACK=docker by Docker Compose, STACK=local as processes; without it, what fits here."""
    if _asked() not in {"", DOCKER, LOCAL}:
        click.echo(f"STACK={_asked()}: there are STACK={DOCKER} and STACK={LOCAL}", err=True)
        sys.exit(EXIT_USAGE)


@main.command()
def up() -> None:
    """Start everything; return when every process is ready."""
    chosen = _asked() or _running() or _fitting()
    try:
        if chosen == DOCKER:
            require_engine()
            compose_stack.up()
        else:
            _locally("up")
    except NoDocker as error:
        local_stack.fail(f"STACK={DOCKER}: {error}")


@main.command()
def down() -> None:
    """Stop what is up; data are kept."""
    if (_asked() or _running()) == DOCKER:
        compose_stack.down()
    else:
        _locally("down")


@main.command()
def clean() -> None:
    """Stop it and remove its data; if nothing is up, the data of both."""
    chosen = _asked() or _running()
    if chosen == DOCKER or (not chosen and compose_stack.exists()):
        compose_stack.clean()
    if chosen != DOCKER and (chosen or VAR.exists() or not compose_stack.exists()):
        _locally("clean")


@main.command()
def logs() -> None:
    """Follow all logs."""
    if _acted_on() == DOCKER:
        compose_stack.logs()
    _locally("logs")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("tool", type=click.Choice(["demo", "status", "audit"]))
@click.argument("options", nargs=-1)
def run(tool: str, options: tuple[str, ...]) -> None:
    """Run a tool that sees the whole, where it can see it."""
    module = (sys.executable, "-m", f"operations.{tool}")
    if _acted_on() == DOCKER:
        within = {"demo": ("--host", "proxy"), "status": ("--containers",), "audit": ()}[tool]
        compose_stack.run("python", *module[1:], *within, *options)
    os.execv(module[0], [*module, *options])  # nosec B606 # noqa: S606 - ourselves


def _asked() -> str:
    return os.environ.get("STACK", "")


def _running() -> str:
    if running_supervisor() is not None:
        return LOCAL
    return DOCKER if compose_stack.is_up() else ""


def _acted_on() -> str:
    return _asked() or _running()


def _fitting() -> str:
    try:
        require_engine()
        fetch_images()
    except NoDocker as error:
        click.echo(f"STACK={LOCAL}, since {error}")
        return LOCAL
    click.echo(f"STACK={DOCKER}, since an engine answers and has the images")
    return DOCKER


def _locally(command: str) -> None:
    run_command: Callable[[list[str]], object] = local_stack.main
    run_command([command])


if __name__ == "__main__":
    main()
