"""``broker``: the command line of the transport."""

import logging
import sys
from pathlib import Path

import click
import structlog
from environs import EnvError

from broker.command_errors import answering
from broker.connection import declare_topology
from broker.dead_letter_commands import dead_letters
from broker.environment import Environment
from broker.parent_watch import die_with_parent
from broker.publish_command import publish
from broker.settings import embedded_port, settings_of_the_stack
from broker.tail_command import tail

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
main.add_command(publish)
main.add_command(tail)


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="EMBEDDED_BROKER_PORT, or 5672.")
@click.option("--data", type=click.Path(path_type=Path), default=DATA, show_default=True)
def serve(port: int | None, data: Path) -> None:
    """Run the embedded broker: AMQP 0-9-1 on 127.0.0.1, for one machine."""
    from broker import embedded

    chosen = port or embedded_port(Environment())
    supervised = Environment().bool("EXIT_WITH_PARENT", default=False)
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
    with answering():
        missing = declare_topology(settings_of_the_stack(), "declare")
    if missing:
        click.echo(f"not there, and this user may not make them: {', '.join(missing)}", err=True)
        sys.exit(1)
    click.echo("The topology is there.")
