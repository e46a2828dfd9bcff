"""``make status``, or ``python -m operations.status --watch``: how the running system fares, on one screen."""

import sys
from contextlib import suppress
from threading import Event

import click
from rich.console import Console
from rich.live import Live

from chassis.settings import SettingsWrong
from operations.settings import read_settings
from operations.status.look import in_containers, look, on_this_machine
from operations.status.screen import screen

EXIT_USAGE = 2
#: Without a terminal nobody tells how wide it is.
PLAIN_WIDTH = 140


@click.command()
@click.option("--watch", is_flag=True, help="Look again and again, until interrupted.")
@click.option("--containers", is_flag=True, help="As compose names them, from within its networks.")
@click.option("--seconds", default=1.0, show_default=True, type=click.FloatRange(0.1, 60), help="Between two looks.")
def main(watch: bool, containers: bool, seconds: float) -> None:  # noqa: FBT001 - click's
    """Show processes, queues, outboxes, dead letters and pending orders; rates are of the time between two looks.

    Changes nothing. Exit 1 if a process or the broker does not answer or is not ready, 2 if settings are wrong.
    """
    try:
        settings = read_settings()
    except SettingsWrong as error:
        click.echo(str(error), err=True)
        sys.exit(EXIT_USAGE)
    console = Console()
    if not console.is_terminal:
        console = Console(width=PLAIN_WIDTH, no_color=True, safe_box=True)
    hosts = in_containers if containers else on_this_machine
    before = look(settings, hosts)
    Event().wait(seconds)
    now = look(settings, hosts)
    if watch:
        with suppress(KeyboardInterrupt), Live(screen(before, now), console=console, auto_refresh=False) as live:
            while True:
                Event().wait(seconds)
                before, now = now, look(settings, hosts)
                live.update(screen(before, now), refresh=True)
    else:
        console.print(screen(before, now))
    sys.exit(0 if now.is_well else 1)


if __name__ == "__main__":
    main()
