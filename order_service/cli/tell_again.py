"""Telling again what was told of orders, after a restore from a backup."""

import sys
from datetime import UTC, datetime
from uuid import UUID

import click

from chassis.command_settings import EXIT_USAGE, settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from order_service.store.told import steps_of, steps_since, tell_again


def tell_again_command(service: Service) -> click.Command:
    """The command."""

    @click.command("tell-again")
    @click.argument("order_ids", nargs=-1, type=click.UUID)
    @click.option("--since", type=click.DateTime(), help="In UTC: all that orders told from then on.")
    def command(order_ids: tuple[UUID, ...], since: datetime | None) -> None:
        """Let the events of orders leave once more, of these or since a time.

        They keep their ids: whoever has handled one lets it be.
        """
        if bool(order_ids) is (since is not None):
            click.echo("say which: ids of orders, or --since", err=True)
            sys.exit(EXIT_USAGE)
        with opened_store(service, settings_of(service, "tell-again")) as store:
            steps = steps_since(store, since.replace(tzinfo=UTC)) if since else steps_of(store, order_ids)
            told = tell_again(store, steps)
        click.echo(f"{told} events will leave again")

    return command
