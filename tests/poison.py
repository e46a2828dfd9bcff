"""Messages that kill their worker, among neighbours, and workers that are started again whenever one dies.

python -m tests.poison prints what is dead-lettered, for several sizes of the prefetch.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from broker.connection import declare_topology
from broker.settings import BrokerSettings
from events.orders import OrderPlaced
from tests import brokers
from tests.api_client import publish
from tests.chaos.platforms import PLATFORMS, platform
from tests.eventually import eventually
from tests.processes.poisoned_worker import POISON_CENTS
from tests.servers.ports import free_ports
from tests.stack import ROOT
from tests.stores import USERS, add_user, body_of, count, envelope, migrated, placed

NEIGHBOUR_CENTS = 1


@dataclass(frozen=True)
class Outcome:
    """What became of the poison and its neighbours."""

    deaths: int
    handled: int
    dead_letters: list[Any]


class Workers:
    """So many workers, each started again when it dies."""

    def __init__(self, number: int, settings: dict[str, str], folder: Path, kind: str) -> None:
        self.deaths = 0
        self._kind = kind
        self._folder = folder
        self._environments = [
            {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(ROOT),
                "BIND_HOST": "127.0.0.1",
                "USER_WORKER_PORT": str(port),
                **settings,
            }
            for port in free_ports(number)
        ]
        self._processes = [self._start(environment) for environment in self._environments]

    def start_what_died(self) -> None:
        """Start again, and count."""
        for index, process in enumerate(self._processes):
            if process.poll() is not None:
                self.deaths += 1
                self._processes[index] = self._start(self._environments[index])

    def stop(self) -> None:
        """End those that live."""
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(30)

    def _start(self, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self._folder / "poisoned.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.processes.poisoned_worker", self._kind],
                env=environment,
                cwd=self._folder,
                stdout=log,
                stderr=log,
            )


def spread(
    broker_url: str,
    database_url: str,
    folder: Path,
    *,
    prefetch: int,
    poisons: int = 1,
    neighbours: int,
    workers: int = 1,
    kind: str = "exit",
) -> Outcome:
    """Put the poisons in the middle of their neighbours, and wait until all is dead-lettered or handled."""
    declare_topology(BrokerSettings(broker_url), "poison")
    settings = {"BROKER_URL": broker_url, "USER_DATABASE_URL": database_url, "WORKER_PREFETCH": str(prefetch)}
    with migrated(USERS, database_url) as store:
        user_id = add_user(store)
        totals = [NEIGHBOUR_CENTS] * neighbours
        totals[neighbours // 2 : neighbours // 2] = [POISON_CENTS] * poisons
        for total in totals:
            publish(broker_url, body_of(envelope(placed(user_id, total=total))), OrderPlaced.type)
        with _running(Workers(workers, settings, folder, kind)) as running:

            def is_over() -> bool:
                running.start_what_died()
                dead = brokers.depth(broker_url, "user_service.dead")
                return count(store, "reservations") + dead == neighbours + poisons

            eventually(is_over, timeout=60 + 20 * poisons)
        handled = count(store, "reservations")
    dead_letters = []
    while letter := brokers.take(broker_url, "user_service.dead"):
        dead_letters.append(letter)
    return Outcome(running.deaths, handled, dead_letters)


@contextmanager
def _running(workers: Workers) -> Iterator[Workers]:
    try:
        yield workers
    finally:
        workers.stop()


@click.command()
@click.option("--platform", "name", type=click.Choice(PLATFORMS), default=PLATFORMS[1], show_default=True)
@click.option("--neighbours", default=250, show_default=True)
def main(name: str, neighbours: int) -> None:
    """Print the table; exit 1 if a neighbour was dead-lettered."""
    click.echo(f"{name}, {neighbours} neighbours")
    click.echo(f"{'prefetch':>8} {'workers':>8} {'poisons':>8} {'deaths':>8} {'handled':>8} {'dead letters':>13}")
    innocent = True
    for prefetch, workers, poisons in ((1, 1, 1), (10, 1, 1), (50, 1, 1), (200, 1, 1), (200, 3, 1), (50, 1, 20)):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            (folder / "var").mkdir()
            below = stack.enter_context(platform(name, folder))
            outcome = spread(
                below.broker_url,
                below.users_url,
                folder,
                prefetch=prefetch,
                poisons=poisons,
                neighbours=neighbours,
                workers=workers,
            )
        dead = len(outcome.dead_letters)
        innocent = innocent and dead == poisons
        click.echo(f"{prefetch:>8} {workers:>8} {poisons:>8} {outcome.deaths:>8} {outcome.handled:>8} {dead:>13}")
    sys.exit(0 if innocent else 1)


if __name__ == "__main__":
    main()
