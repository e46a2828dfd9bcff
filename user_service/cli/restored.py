"""What makes the services agree again, after databases were restored from backups."""

import sys
from collections.abc import Callable
from uuid import UUID

import click

from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from chassis.store.reading import chunks
from user_service.domain.errors import UserError
from user_service.store.user_ids import skip_ids, user_ids
from user_service.use_cases.after_a_restore import SKIPPED, forget_order, tell_decision_again, tell_user_again
from user_service.use_cases.ports import UnitOfWork


def restore_commands(service: Service) -> list[click.Command]:
    """The commands for after a restore."""

    @click.command("restored")
    def restored() -> None:
        """After a restore of either database, before anybody signs up: nobody gets the id of somebody forgotten.

        Everybody is told again, as newer than what was told and is forgotten.
        """
        with opened_store(service, settings_of(service, "restored")) as store:
            last = skip_ids(store, SKIPPED)
            ids = user_ids(store)
            for some in chunks(ids):
                with store.writing() as unit_of_work:
                    unit_of_work.users.load(some)
                    for user_id in some:
                        tell_user_again(user_id, unit_of_work)
        click.echo(f"{len(ids)} users will be told again; ids of new ones begin above {last}")

    return [
        restored,
        _over_orders(service, "tell-again", "Tell again what was decided on these orders.", tell_decision_again),
        _over_orders(
            service, "forget-orders", "Give back the credit of orders that order_service has lost.", forget_order
        ),
    ]


def _over_orders(
    service: Service, name: str, help_text: str, use_case: Callable[[UUID, UnitOfWork], None]
) -> click.Command:
    @click.command(name, help=help_text)
    @click.argument("order_ids", nargs=-1, required=True, type=click.UUID)
    def command(order_ids: tuple[UUID, ...]) -> None:
        try:
            with opened_store(service, settings_of(service, name)) as store:
                for order_id in order_ids:
                    with store.writing() as unit_of_work:
                        use_case(order_id, unit_of_work)
        except UserError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        click.echo(f"done for {len(order_ids)} orders")

    return command
