"""Making administrators: there is no other way to the first one."""

import sys
from typing import cast

import click
from marshmallow import ValidationError

from broker.operator import operator
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from chassis.service import Service
from user_service.api.schemas import NewUser
from user_service.domain.errors import EmailTaken
from user_service.use_cases.register_user import register_user


def create_admin(service: Service) -> click.Command:
    """The command."""

    @click.command("create-admin")
    @click.option("--email", required=True)
    @click.option("--name", required=True)
    def command(email: str, name: str) -> None:
        """Make an administrator; the password comes from a prompt, or from standard input."""
        chosen = settings_of(service, "create-admin")
        valid = _checked({"email": email, "name": name, "password": ask_password()})
        try:
            with opened_store(service, chosen) as store, store.writing() as unit_of_work:
                user = register_user(
                    name=valid["name"],
                    email=valid["email"],
                    password_hash=valid["password_hash"],
                    credit_limit_cents=chosen.own["DEFAULT_CREDIT_LIMIT_CENTS"],
                    roles=("customer", "admin"),
                    unit_of_work=unit_of_work,
                )
                unit_of_work.admin_actions.note(unit_of_work.now, operator(), "admin.created", f"user {user.id}")
        except EmailTaken:
            click.echo(f"{valid['email']} is there already, and stays as it is.")
        else:
            click.echo(f"{user.email} is an administrator now, user {user.id}.")

    return command


def ask_password() -> str:
    """From a prompt, or from standard input."""
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True))
    return sys.stdin.readline().rstrip("\n")


def _checked(body: dict[str, str]) -> dict[str, str]:
    try:
        valid: dict[str, str] = NewUser().load(body)
    except ValidationError as error:
        for field, messages in cast("dict[str, list[str]]", error.messages).items():
            click.echo(f"{field}: {' '.join(messages)}", err=True)
        sys.exit(1)
    return valid
