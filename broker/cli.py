"""``broker``: the command line of the transport."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import click
import structlog
from environs import Env, EnvError

from broker.connection import CONNECTION_ERRORS, declare_topology
from broker.dead_letter_commands import dead_letters
from broker.parent_watch import die_with_parent
from broker.settings import embedded_port, settings_of_the_stack
from broker.tail import watching

DATA = Path("var/broker.sqlite")
EXIT_USAGE = 2


class Commands(click.Group):
    """Wrong settings are told in one line, whichever command reads them."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except EnvError as error:
            click.echo(str(error), err=True)
            sys.exit(EXIT_USAGE)


@click.group(cls=Commands)
def main() -> None:
    """Run and look into the broker."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


main.add_command(dead_letters)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="EMBEDDED_BROKER_PORT, or 5672.")
@click.option("--data", type=click.Path(path_type=Path), default=DATA, show_default=True)
def serve(port: int | None, data: Path) -> None:
    """Run the embedded broker: AMQP 0-9-1 on 127.0.0.1, for one machine."""
    from broker import embedded

    chosen = port or embedded_port(Env())
    supervised = Env().bool("EXIT_WITH_PARENT", default=False)
    if supervised:
        die_with_parent()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    data.parent.mkdir(parents=True, exist_ok=True)
    try:
        embedded.serve(host="127.0.0.1", port=chosen, path=data)
    except OSError as error:
        click.echo(f"port {chosen} can't be had: {error.strerror or error}", err=True)
        sys.exit(1)


@main.command()
def declare() -> None:
    """Make exchange, queues and bindings where they are not there yet."""
    with _answering():
        missing = declare_topology(settings_of_the_stack(), "declare")
    if missing:
        click.echo(f"not there, and this user may not make them: {', '.join(missing)}", err=True)
        sys.exit(1)
    click.echo("The topology is there.")


@main.command()
@click.argument("pattern", default="#")
def tail(pattern: str) -> None:
    """Show events as they pass, a JSON line each. In PATTERN * stands for one word and # for any number."""
    with (
        suppress(KeyboardInterrupt),
        _answering(),
        watching(settings_of_the_stack(), pattern) as messages,
    ):
        for routing_key, body in messages:
            click.echo(_line(routing_key, body))


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except CONNECTION_ERRORS as error:
        click.echo(f"the broker does not answer ({f'{type(error).__name__} {error}'.strip()})", err=True)
        sys.exit(1)


def _line(routing_key: str, body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False)
    except ValueError:
        return json.dumps({"routing_key": routing_key, "no_json": body.decode(errors="replace")})
