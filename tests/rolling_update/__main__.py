"""``python -m tests.rolling_update``: updates everything under load, on RabbitMQ and PostgreSQL; prints figures."""

import json
import sys
import tempfile
from pathlib import Path

import click

from tests import brokers
from tests.rolling_update.releases import next_release, of_commit
from tests.rolling_update.run import Plan, update
from tests.servers.choice import server
from tests.servers.databases import both_databases
from tests.stack import ROOT


@click.command()
@click.option("--rate", default=100.0, show_default=True, help="Calls a second.")
@click.option("--seconds", default=120.0, show_default=True, help="For how long to call, at least.")
@click.option("--each", default=2, show_default=True, help="How many processes of each kind there are.")
@click.option("--lag", default=1.0, show_default=True, help="Seconds until nginx hears that an api process stops.")
@click.option("--delay", default=2.0, show_default=True, help="SHUTDOWN_DELAY_SECONDS.")
@click.option("--old", help="A commit to begin with.  [default: the code as it is here]")
def main(*, rate: float, seconds: float, each: int, lag: float, delay: float, old: str | None) -> None:
    """Exit 1 if a caller was refused, or if anything was lost or doubled."""
    with (
        tempfile.TemporaryDirectory(prefix="rolling-") as made,
        server("rabbitmq") as broker_url,
        server("postgresql") as postgresql_url,
        both_databases(postgresql_url) as databases,
    ):
        folder = Path(made)
        (folder / "old").mkdir()
        plan = Plan(
            old=of_commit(old, folder / "old") if old else ROOT,
            new=next_release(folder / "new"),
            rate=rate,
            seconds_before=seconds / 6,
            seconds_in_all=seconds,
            each=each,
            lag_seconds=lag,
            shutdown_delay_seconds=delay,
        )
        found = update(plan, folder, {"BROKER_URL": brokers.cleared(broker_url), **databases})
    click.echo(json.dumps(found, indent=2))
    wrong = found["failures"] or found["disagreements"] or found["orders_nobody_asked_for"]
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
