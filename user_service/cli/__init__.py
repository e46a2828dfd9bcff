"""The commands of user_service, beside those that every service has."""

import click

from chassis.cli import commands
from user_service.cli.accounts import account_commands
from user_service.cli.admins import create_admin
from user_service.cli.clients import client_commands
from user_service.cli.keys import rotate_keys
from user_service.cli.restored import restore_commands
from user_service.cli.seed import seed_command
from user_service.service import make_service


def command_line() -> click.Group:
    """All of them."""
    service = make_service()
    group = commands(service)
    own = (create_admin(service), rotate_keys(service), seed_command(service))
    for command in (*own, *client_commands(service), *account_commands(service), *restore_commands(service)):
        group.add_command(command)
    return group
