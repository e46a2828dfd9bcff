"""``make bench``: how close this system comes to the limit, and to what somebody would take instead.

    python -m bench [--only ROW] [--repeat N]

Everything runs on servers of its own. Only ratios count: the contenders of a row take turns on the same machine.
"""

import click
from rich.console import Console

from bench.findings import Finding, findings
from bench.row import Row
from bench.rows import consume, latency, orders, publish, relay
from bench.servers import running_servers
from bench.terminal import show
from bench.turns import take_turns

ROWS: dict[str, Row] = {module.ROW.name: module.ROW for module in (consume, publish, relay, orders, latency)}


@click.command
@click.option("--only", multiple=True, type=click.Choice(list(ROWS)), help="This row; may be given several times.")
@click.option("--repeat", default=5, show_default=True, help="Turns of each contender.")
@click.option("--scale", default=1.0, show_default=True, help="So many times the units in each turn.")
def main(only: tuple[str, ...], repeat: int, scale: float) -> None:
    """Measure, print the table, and keep it."""
    console = Console()
    found: list[Finding] = []
    with running_servers() as servers, console.status("") as status:
        for name in only or ROWS:
            found += findings(ROWS[name], take_turns(ROWS[name], servers, repeat, scale, status.update))
    show(found, console)


if __name__ == "__main__":
    main()
