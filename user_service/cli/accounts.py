"""Erasing what is personal, and reading what administrators did."""

import sys

import click

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from user_service.domain.errors import UserError
from user_service.use_cases.erase_user import erase_user


def account_commands(service: Service) -> list[click.Command]:
    """The commands over accounts."""

    @click.command("erase")
    @click.argument("user_id", type=click.IntRange(1))
    def erase(user_id: int) -> None:
        """Drop all that is personal of a deactivated user, here and wherever the event is heard, for good."""
        try:
            with opened_store(service, settings_of(service, "erase")) as store, store.writing() as unit_of_work:
                erase_user(user_id, unit_of_work)
                unit_of_work.admin_actions.note(unit_of_work.now, operator(), "user.erased", f"user {user_id}")
        except UserError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        click.echo(f"what was personal of user {user_id} is gone.")

    @click.command("admin-actions")
    @click.option("--last", default=50, show_default=True, type=click.IntRange(1, 10_000))
    def admin_actions(last: int) -> None:
        """List what was done to others' accounts, to clients and to keys: newest first."""
        chosen = settings_of(service, "admin-actions")
        with opened_store(service, chosen) as store, store.reading() as unit_of_work:
            for each in unit_of_work.admin_actions.latest(last):
                click.echo(f"{each.at:%Y-%m-%d %H:%M:%S}Z  {each.actor:<24}  {each.action:<28}  {each.subject}")

    return [erase, admin_actions]
