"""``python -m tests.chaos --minutes 30 --platform rabbitmq+postgresql --seed 7``."""

import random
import shutil
import sys
import tempfile
from pathlib import Path

import click

from tests.chaos.platforms import PLATFORMS
from tests.chaos.run import Plan, unleash


@click.command()
@click.option("--minutes", type=click.FloatRange(min=0.1), default=2.0, show_default=True)
@click.option("--orders", type=click.IntRange(min=1), help="Over once so many were accepted.")
@click.option("--clients", default=20, show_default=True)
@click.option("--rate", default=10.0, show_default=True, help="Orders a second, by all clients together.")
@click.option("--seed", default=lambda: random.randrange(1_000_000), help="The same faults again.")
@click.option("--platform", "name", type=click.Choice(PLATFORMS), default=PLATFORMS[1], show_default=True)
@click.option("--behaving", is_flag=True, help="Relays and workers do nothing wrong by themselves.")
def main(
    *, minutes: float, orders: int | None, clients: int, rate: float, seed: int, name: str, behaving: bool
) -> None:
    """Unleash chaos on a stack of its own; exit 1 if the ledger finds anything."""
    click.echo(f"seed {seed}, {name}, {minutes} minutes")
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    plan = Plan(
        platform=name,
        seed=seed,
        clients=clients,
        seconds=minutes * 60,
        orders_a_second=rate,
        orders=orders,
        misbehaving=not behaving,
    )
    found = unleash(plan, folder)
    for key, value in found.items():
        click.echo(f"{key:>24}: {value}")
    if found["disagreements"]:
        click.echo(f"the processes' logs are kept in {folder}")
        sys.exit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
