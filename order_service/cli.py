"""The commands of order_service: those that every service has."""

import click

from chassis.cli import commands
from order_service.service import make_service


def command_line() -> click.Group:
    """All of them."""
    return commands(make_service())
