"""Chaos: many clients order while workers and relays are killed and restarted at random; then the ledger is read.

python -m tests.chaos --orders 2000 --clients 20 --seed 7 --platform rabbitmq+postgresql
"""

import random
import shutil
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic
from uuid import uuid4

import click

from tests import brokers, ledger
from tests.api_client import Caller, an_admin
from tests.eventually import eventually
from tests.servers.choice import server
from tests.servers.postgresql import database
from tests.stack import Stack, running

VICTIMS = tuple(
    f"{service}-{role}{number}"
    for service in ("user", "order")
    for role in ("worker", "relay")
    for number in ("", "-2")
)
PLATFORMS = ("embedded+sqlite", "rabbitmq+postgresql")
CANCELLED_SHARE = 0.15
PRICE_CENTS = 1_000


def unleash(stack: Stack, *, orders: int, clients: int, seed: int, settle_seconds: float = 180) -> dict[str, object]:
    """Place the orders under fire, wait until all is quiet, and tell what the ledger says."""
    broker_url = stack.environment["BROKER_URL"]
    ledger.listen(broker_url)
    for name in VICTIMS:
        if name not in stack.processes:
            stack.start(name)
    admin = an_admin(stack)
    admin.http.put(
        f"{admin.orders}/products/chaos", json={"name": "Chaos", "unit_price_cents": PRICE_CENTS}, timeout=20
    )
    callers = [Caller(stack) for _ in range(clients)]
    kills: Counter[str] = Counter()
    over = threading.Event()
    killer = threading.Thread(target=_kill_at_random, args=(stack, random.Random(seed), over, kills))
    started = monotonic()
    killer.start()
    try:
        with ThreadPoolExecutor(clients) as pool:
            shares = [orders // clients + (index < orders % clients) for index in range(clients)]
            list(pool.map(_shop, callers, shares, [random.Random(f"{seed}-{index}") for index in range(clients)]))
    finally:
        over.set()
        killer.join()
    placed_after = monotonic() - started
    urls = _urls(stack)
    eventually(lambda: not ledger.at_rest(broker_url, *urls), timeout=settle_seconds)
    published = ledger.heard(broker_url)
    return {
        "orders": orders,
        "kills": dict(sorted(kills.items())),
        "seconds_under_fire": round(placed_after, 1),
        "seconds_until_settled": round(monotonic() - started, 1),
        "events_published": len(published),
        "events_published_again": len(published) - len({event["id"] for event in published}),
        "statuses": _statuses(urls[1]),
        "disagreements": ledger.disagreements(broker_url, *urls, published),
    }


def _shop(caller: Caller, orders: int, dice: random.Random) -> None:
    # A credit of 100000 is good for a hundred pieces: some orders are confirmed, some refused.
    for _ in range(orders):
        order = caller.place("chaos", quantity=dice.randint(1, 4))
        if dice.random() < CANCELLED_SHARE:
            assert caller.cancel(order["id"]).status_code in {200, 409}


def _kill_at_random(stack: Stack, dice: random.Random, over: threading.Event, kills: Counter[str]) -> None:
    while not over.wait(dice.uniform(0.2, 1.0)):
        name = dice.choice(VICTIMS)
        stack.kill(name)
        kills[name] += 1
        over.wait(dice.uniform(0.0, 0.5))
        stack.start(name)


def _urls(stack: Stack) -> tuple[str, str]:
    folder = stack.folder / "var"
    users = stack.environment.get("USER_DATABASE_URL", f"sqlite:///{folder / 'user_service.sqlite'}")
    orders = stack.environment.get("ORDER_DATABASE_URL", f"sqlite:///{folder / 'order_service.sqlite'}")
    return users, orders


def _statuses(orders_url: str) -> dict[str, int]:
    engine = ledger.create_engine(orders_url)
    found = {row[0]: row[1] for row in ledger.rows(engine, "SELECT status, count(*) FROM orders GROUP BY status")}
    engine.dispose()
    return found


@contextmanager
def platform(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """The settings that name broker and databases, fresh ones."""
    with ExitStack() as started:
        if name == PLATFORMS[0]:
            yield {"BROKER_URL": started.enter_context(brokers.embedded(folder))}
            return
        broker_url = brokers.cleared(started.enter_context(server("rabbitmq")))
        server_url = started.enter_context(server("postgresql"))
        users, orders = (
            started.enter_context(database(server_url, f"{kind}_{uuid4().hex}")) for kind in ("users", "orders")
        )
        yield {"BROKER_URL": broker_url, "USER_DATABASE_URL": users, "ORDER_DATABASE_URL": orders}


@click.command()
@click.option("--orders", default=2000, show_default=True)
@click.option("--clients", default=20, show_default=True)
@click.option("--seed", default=lambda: random.randrange(1_000_000), help="The same kills again.")
@click.option("--platform", "name", type=click.Choice(PLATFORMS), default=PLATFORMS[1], show_default=True)
def main(orders: int, clients: int, seed: int, name: str) -> None:
    """Unleash chaos on a stack of its own; exit 1 if the ledger finds anything."""
    click.echo(f"seed {seed}, {name}")
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    (folder / "var").mkdir()
    with platform(name, folder) as settings, running(folder, settings) as stack:
        found = unleash(stack, orders=orders, clients=clients, seed=seed)
    for key, value in found.items():
        click.echo(f"{key:>24}: {value}")
    if found["disagreements"]:
        click.echo(f"the processes' logs are kept in {folder}")
        sys.exit(1)
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
