"""What every command begins with: settings, and logs set up by them."""

import sys

import click

from chassis.observability import logs
from chassis.service import Service
from chassis.settings import Settings, SettingsWrong

EXIT_USAGE = 2


def settings_of(service: Service, process_name: str) -> Settings:
    """The settings, with the logs set up by them; wrong ones end the program with a line for each."""
    try:
        chosen = service.settings()
    except SettingsWrong as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_USAGE)
    logs.configure(chosen.log_level, chosen.log_format, service=service.name, process=process_name)
    return chosen
