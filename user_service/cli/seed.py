"""Filling the database with a made-up past, for demos and benchmarks."""

import sys
from datetime import UTC, datetime, timedelta
from typing import cast

import click
from marshmallow import ValidationError

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.seeding import InBlocksOf, fill, seed_option
from chassis.service import Service
from events.past import ORDERS_PER_BLOCK, USERS_PER_BLOCK
from user_service.api.schemas import ChosenPassword
from user_service.cli.admins import ask_password
from user_service.store.seed import add_blocks

#: No password has this hash.
NO_PASSWORD = ""


def seed_command(service: Service) -> click.Command:
    """The command."""

    @click.command("seed")
    @click.option(
        "--users",
        "blocks",
        default=1000,
        show_default=True,
        type=InBlocksOf(USERS_PER_BLOCK),
        help="A multiple of 10.",
    )
    @seed_option
    @click.option("--password", "has_password", is_flag=True, help="Ask for one that all of them get, as one hash.")
    def command(blocks: int, seed: int, has_password: bool) -> None:  # noqa: FBT001 - click's
        """Add users with a past year of orders, ten each on average: their credit, and what was reserved of it.

        `order-service seed` adds the orders, drawn from the same number. What is there stays as it is. It is history:
        no event is published. Without --password nobody can sign in as one of them.
        """
        chosen = settings_of(service, "seed")
        password_hash = _hash(ask_password()) if has_password else NO_PASSWORD
        remembered_since = datetime.now(UTC) - timedelta(days=chosen.inbox_retention_days)
        with opened_store(service, chosen) as store:
            added = fill(
                "blocks of ten users",
                blocks,
                lambda some: add_blocks(
                    store, seed, some, password_hash=password_hash, remembered_since=remembered_since
                ),
            )
            if added:
                with store.writing() as unit_of_work:
                    unit_of_work.admin_actions.note(unit_of_work.now, operator(), "users.seeded", f"seed {seed}")
        _tell(seed, blocks, added)

    return command


def _hash(password: str) -> str:
    try:
        return cast("dict[str, str]", ChosenPassword().load({"new_password": password}))["password_hash"]
    except ValidationError as error:
        click.echo(f"password: {' '.join(error.messages_dict['new_password'])}", err=True)
        sys.exit(1)


def _tell(seed: int, blocks: int, added: int) -> None:
    new = f"{added * USERS_PER_BLOCK:,} of them new" if added else "none of them new: nothing was added"
    orders = blocks * ORDERS_PER_BLOCK
    click.echo(f"seed {seed}: {blocks * USERS_PER_BLOCK:,} users with {orders:,} reservations, {new}.")
    click.echo(f"their orders: order-service seed --seed {seed} --orders {orders}")
