"""Rotating the keys that sign tokens."""

from datetime import timedelta

import click
import structlog

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from user_service.store.signing_keys import PUBLISHED_AHEAD, rotate

log = structlog.get_logger()


def rotate_keys(service: Service) -> click.Command:
    """The command."""

    @click.command("rotate-keys")
    @click.option(
        "--after",
        type=click.IntRange(0),
        default=round(PUBLISHED_AHEAD.total_seconds()),
        show_default=True,
        help="Seconds until the new key signs: as long as others may go on with the keys that they have fetched.",
    )
    def command(after: int) -> None:
        """Publish a new key now, which signs a little later; the old one stays until its last token has expired."""
        with opened_store(service, settings_of(service, "rotate-keys")) as store:
            made = rotate(store, timedelta(seconds=after))
            with store.writing() as unit_of_work:
                unit_of_work.admin_actions.note(unit_of_work.now, operator(), "keys.rotated", f"key {made.key.kid}")
        log.info("signing_keys.rotated", key_id=made.key.kid, by=operator())
        click.echo(f"key {made.key.kid} is published, and signs from {made.signs_from:%Y-%m-%d %H:%M:%S}Z on.")

    return command
