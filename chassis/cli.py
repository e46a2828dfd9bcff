"""The commands that every service has: ``api``, ``worker``, ``relay``, ``migrate``, ``outbox``."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from broker.parent_watch import die_with_parent
from chassis.api import server
from chassis.command_settings import settings_of
from chassis.command_store import opened_store, wait_until_migrated
from chassis.outbox_commands import outbox_commands
from chassis.service import Service


def commands(service: Service) -> click.Group:
    """The command line of a service; it may add commands of its own."""

    @click.group(help=f"Run and look after {service.name}.")
    def group() -> None:
        pass

    @group.command(help="Answer HTTP requests.")
    def api() -> None:
        chosen = settings_of(service, "api")
        if chosen.exit_with_parent:
            die_with_parent()
        with told_in_one_line(chosen.port):
            server.serve(service.name, f"{service.name}.service:application", chosen)

    @group.command(help="Handle the events that this service listens to.")
    def worker() -> None:
        chosen = settings_of(service, "worker")
        with told_in_one_line(chosen.worker_port):
            service.work(chosen)

    @group.command(help="Publish the events that wait in the outbox.")
    def relay() -> None:
        chosen = settings_of(service, "relay")
        with told_in_one_line(chosen.relay_port):
            service.relay(chosen)

    @group.command(help="Bring the database up to date.")
    @click.option(
        "--wait",
        "patience_seconds",
        type=click.FloatRange(min=0),
        metavar="SECONDS",
        help="Change nothing: return once the database is as new as this release needs, or newer; else fail.",
    )
    def migrate(*, patience_seconds: float | None) -> None:
        with opened_store(service, settings_of(service, "migrate")) as store:
            if patience_seconds is None:
                service.migrate(store)
            else:
                wait_until_migrated(store, service.name, patience_seconds)

    group.add_command(outbox_commands(service))
    return group


@contextmanager
def told_in_one_line(port: int) -> Iterator[None]:
    """A port that can't be had is told in one line."""
    try:
        yield
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be had: {error}"
        click.echo(f"port {port} {why}", err=True)
        sys.exit(1)
