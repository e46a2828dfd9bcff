"""Filling the database with a made-up past, for demos and benchmarks."""

import click

from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.seeding import InBlocksOf, fill, seed_option
from chassis.service import Service
from events.past import ORDERS_PER_BLOCK, USERS_PER_BLOCK
from order_service.store.seed import add_blocks, add_price_list


def seed_command(service: Service) -> click.Command:
    """The command."""

    @click.command("seed")
    @click.option(
        "--orders",
        "blocks",
        default=10_000,
        show_default=True,
        type=InBlocksOf(ORDERS_PER_BLOCK),
        help="A multiple of 100.",
    )
    @seed_option
    def command(blocks: int, seed: int) -> None:
        """Add a past year of orders with their history, their customers, and the products that were ordered.

        `user-service seed` adds the users and what was reserved, drawn from the same number: a tenth as many users as
        there are orders here. What is there stays as it is. It is history: no event is published.
        """
        with opened_store(service, settings_of(service, "seed")) as store:
            add_price_list(store)
            added = fill("blocks of a hundred orders", blocks, lambda some: add_blocks(store, seed, some))
        new = f"{added * ORDERS_PER_BLOCK:,} of them new" if added else "none of them new: nothing was added"
        users = blocks * USERS_PER_BLOCK
        click.echo(f"seed {seed}: {blocks * ORDERS_PER_BLOCK:,} orders of {users:,} users, {new}.")
        click.echo(f"these users: user-service seed --seed {seed} --users {users}")

    return command
