"""``make bench``: how close this system comes to the limit, and to what somebody would take instead.

    python -m bench [--only ROW] [--repeat N]

Everything runs on servers of its own. A run of all rows is put into docs/performance.md. Only ratios count: the
contenders of a row take turns on the same machine.
"""

import os
import signal
import sys
from math import inf
from time import monotonic

import click
from rich.console import Console

from bench.findings import Finding, findings
from bench.page import put_into_page
from bench.results import LATEST, load, results
from bench.row import Row
from bench.rows import consume, growth, latency, orders, publish, relay
from bench.servers import running_servers
from bench.terminal import show
from bench.turns import take_turns

#: A slow machine takes fewer turns rather than longer; each row may use its part of what is left.
MINUTES = 8
ROWS: dict[str, Row] = {module.ROW.name: module.ROW for module in (consume, publish, relay, orders, latency)}
#: Of a full run alone: they take minutes.
LONG_ROWS = {row.name: row for row in (growth.RELAY, growth.WORKER)}

ORDER = [judged.name for row in (*ROWS.values(), *LONG_ROWS.values()) for judged in row.judged]


@click.command
@click.option(
    "--only", multiple=True, type=click.Choice([*ROWS, *LONG_ROWS]), help="This row; may be given several times."
)
@click.option("--repeat", type=int, help="Turns of each contender; 5, and 11 of a full run.")
@click.option("--keep", is_flag=True, help="Put these rows into docs/performance.md too, in the place of the same.")
@click.option("--full", is_flag=True, help="More turns, and large backlogs.")
@click.option("--scale", default=1.0, show_default=True, help="So many times the units in each turn.")
def main(only: tuple[str, ...], repeat: int | None, scale: float, *, full: bool, keep: bool) -> None:
    """Measure, print the table, and keep it."""
    # Also who is told to stop stops what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    console, load_before = Console(), os.getloadavg()[0]
    repeat = repeat or (11 if full else 5)
    found: list[Finding] = []
    rows = [{**ROWS, **LONG_ROWS}[name] for name in only or (*ROWS, *(LONG_ROWS if full else ()))]
    with running_servers() as servers, console.status("") as status:
        end = inf if full else monotonic() + MINUTES * 60
        for number, row in enumerate(rows):
            until = monotonic() + (end - monotonic()) / (len(rows) - number)
            samples = take_turns(row, servers, repeat=repeat, scale=scale, tell=status.update, until=until)
            found += findings(row, samples)
        run = results(servers, scale, found, load_before)
    show(found, console)
    console.print(f"written to bench/results/{run.save().name}")
    if keep or not only:
        latest = (run.over(load()) if keep else run).in_order(ORDER)
        latest.save(LATEST)
        put_into_page(latest)


if __name__ == "__main__":
    main()
