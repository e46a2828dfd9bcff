"""The commands of order_service, beside those that every service has."""

import click

from chassis.cli import commands
from order_service.cli.seed import seed_command
from order_service.cli.tell_again import tell_again_command
from order_service.service import make_service


def command_line() -> click.Group:
    """All of them."""
    service = make_service()
    group = commands(service)
    group.add_command(seed_command(service))
    group.add_command(tell_again_command(service))
    return group
