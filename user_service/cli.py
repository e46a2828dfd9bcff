"""The commands of user_service, beside those that every service has."""

import sys
from typing import cast

import click
from marshmallow import ValidationError

from chassis.cli import commands
from chassis.command_settings import settings_of
from chassis.command_store import opened_store
from user_service.api.schemas import NewUser
from user_service.domain.errors import EmailTaken
from user_service.service import make_service
from user_service.use_cases.register_user import register_user

SERVICE = make_service()
GROUP = commands(SERVICE)


@GROUP.command("create-admin")
@click.option("--email", required=True)
@click.option("--name", required=True)
def create_admin(email: str, name: str) -> None:
    """Make an administrator; the password comes from a prompt, or from standard input."""
    chosen = settings_of(SERVICE, "create-admin")
    password = click.prompt("Password", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    valid = _checked({"email": email, "name": name, "password": password})
    try:
        with opened_store(SERVICE, chosen) as store, store.writing() as unit_of_work:
            user = register_user(
                name=valid["name"],
                email=valid["email"],
                password_hash=valid["password_hash"],
                credit_limit_cents=chosen.own["DEFAULT_CREDIT_LIMIT_CENTS"],
                roles=("customer", "admin"),
                unit_of_work=unit_of_work,
            )
    except EmailTaken:
        click.echo(f"{valid['email']} is there already, and stays as it is.")
    else:
        click.echo(f"{user.email} is an administrator now, user {user.id}.")


def _checked(body: dict[str, str]) -> dict[str, str]:
    try:
        valid: dict[str, str] = NewUser().load(body)
    except ValidationError as error:
        for field, messages in cast("dict[str, list[str]]", error.messages).items():
            click.echo(f"{field}: {' '.join(messages)}", err=True)
        sys.exit(1)
    return valid
