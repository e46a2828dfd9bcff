"""What requests and events cost with 1,000 orders behind them, and with 1,000,000, on PostgreSQL.

    TEST_POSTGRESQL_URL=… python -m bench.scale

Goes to every stop of `tests/tour` on a small and on a large pair of databases in turn: statements, and the median of
the times in milliseconds. Then the relay's sweep removes a million rows from an inbox, batch by batch. The databases
are kept on that server, under names that begin with ``scale_``; a second run finds them filled. Filling the large
ones takes some minutes.
"""

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import click
import psycopg
import structlog
from sqlalchemy import text

from chassis.messaging.housekeeping import BATCH, Housekeeping
from chassis.service import Service
from chassis.store.store import Store
from events import past
from order_service.store import seed as order_seed
from tests.servers.choice import server
from tests.servers.postgresql_node import plain
from tests.stores import ORDERS, USERS, count, migrated
from tests.tour import behind, of_orders, of_users
from tests.tour.places import Act, Places
from tests.tour.statements import recorded
from user_service.store import seed as user_seed

SMALL, LARGE = 10, 10_000
STOPS = {**of_orders.STOPS, **of_users.STOPS, **behind.STOPS}
#: The large one may take so many times as long: one level more in each index, and noise. What takes longer is looked
#: at once more: noise does not come again.
ROOM = 1.5
#: What looks at all that is parked, because somebody wants to see it: a tenth as many rows as orders.
COUNTING = {"the relay tells what waits", "an operator sends again what failed"}

#: As many handled events as orders; and of what else a service keeps a tenth.
HANDLED = """
    INSERT INTO inbox SELECT '/behind', gen_random_uuid()::text, now() - random() * interval '29 days'
    FROM generate_series(1, {orders})
"""
PARKED = """
    INSERT INTO outbox (event_id, type, subject, time, body, attempts, parked_at, reason)
    SELECT gen_random_uuid()::text, 'order.placed.v1', 'x', now() - interval '1 day', 'x', 1, 1.0, 'refused'
    FROM generate_series(1, {orders} / 10)
"""
ANSWERED = """
    INSERT INTO answers SELECT md5(random()::text), 'x', 202, '{{}}', 'x', now() - random() * interval '23 hours'
    FROM generate_series(1, {orders} / 10)
"""
REVOKED = """
    INSERT INTO revoked_tokens SELECT gen_random_uuid()::text, now() + random() * interval '10 minutes'
    FROM generate_series(1, {orders} / 10)
"""
OLD = """
    INSERT INTO inbox SELECT '/old', n::text, now() - interval '60 days' - n * interval '1 second'
    FROM generate_series(1, {orders}) n
"""


@contextmanager
def filled(server_url: str, service: Service, blocks: int) -> Iterator[Store[Any]]:
    """The service's store with so many blocks of the past behind it; what is there is not made again."""
    name = f"scale_{blocks}_{service.name}"
    with psycopg.connect(plain(server_url), autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    with migrated(service, f"{server_url.rpartition('/')[0]}/{name}") as store:
        began = perf_counter()
        added = _seed(store, service, blocks)
        if not count(store, "inbox"):
            for statement in (HANDLED, PARKED, ANSWERED, *((REVOKED,) if service is USERS else ())):
                run(store, statement.format(orders=blocks * past.ORDERS_PER_BLOCK))
        click.echo(f"{name}: {added} of {blocks} blocks added in {perf_counter() - began:.0f} s")
        run(store, "VACUUM ANALYZE")
        yield store


def _seed(store: Store[Any], service: Service, blocks: int) -> int:
    added = 0
    for start in range(0, blocks, 50):
        some = range(start, min(start + 50, blocks))
        if service is USERS:
            added += user_seed.add_blocks(store, 1, some, password_hash="", remembered_since=datetime.now(UTC))
        else:
            added += order_seed.add_blocks(store, 1, some)
    if service is ORDERS:
        order_seed.add_price_list(store)
    return added


def run(store: Store[Any], statement: str) -> None:
    """Without a limit of time, and outside of any transaction."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        driver: Any = connection.connection.driver_connection
        driver.is_impatient = False
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text(statement))
        connection.detach()


def measure(prepare: Callable[[Places], Act], places: list[Places], rounds: int) -> tuple[list[float], list[int]]:
    """The median milliseconds at each place, which take turns, and the statements."""
    times: list[list[float]] = [[] for _ in places]
    counts = [0 for _ in places]
    for round_ in range(rounds + 1):
        for number in range(len(places)) if round_ % 2 else reversed(range(len(places))):
            act = prepare(places[number])
            with recorded() as statements:
                began = perf_counter()
                act()
                times[number].append((perf_counter() - began) * 1000)
            counts[number] = len(statements)
    # The first round warms up.
    return [statistics.median(each[1:]) for each in times], counts


def sweep(store: Store[Any], rows: int) -> None:
    """Print how long the batches take that remove so many old rows."""
    run(store, OLD.format(orders=rows))
    housekeeping = Housekeeping(store, inbox_kept=timedelta(days=30))
    times = []
    for _ in range(rows // BATCH):
        began = perf_counter()
        housekeeping.turn()
        times.append((perf_counter() - began) * 1000)
    tenth = len(times) // 10
    first, last = statistics.median(times[:tenth]), statistics.median(times[-tenth:])
    click.echo(f"{rows:,} old rows in {len(times):,} turns of {BATCH:,}, all in all {sum(times) / 1000:.0f} s")
    click.echo(
        f"a turn: {first:.1f} ms at first, {last:.1f} ms at last ({last / first:.2f} times), {max(times):.0f} at most"
    )


@click.command()
@click.option("--rounds", default=15, show_default=True)
@click.option("--large", default=LARGE, show_default=True, help="Blocks of ten users with a hundred orders.")
@click.option("--only", default="", help="Stops with this in their names.")
def main(rounds: int, large: int, only: str) -> None:
    """Print the table; exit 1 if anything takes longer for what is behind it."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    with ExitStack() as opened:
        url = opened.enter_context(server("postgresql"))
        places = [
            Places(*(opened.enter_context(filled(url, service, blocks)) for service in (USERS, ORDERS)), blocks)
            for blocks in (SMALL, large)
        ]
        click.echo(f"{'':60} {'statements':>12} {'small ms':>9} {'large ms':>9} {'ratio':>6}")
        chosen = [name for name in STOPS if only in name]
        slow = [name for name in chosen if _show(name, *measure(STOPS[name], places, rounds)) > ROOM]
        click.echo("these once more:" if slow else "nothing stands out")
        slower = [name for name in slow if _show(name, *measure(STOPS[name], places, 2 * rounds)) > ROOM]
        if not only:
            sweep(places[1].user_store, large * past.ORDERS_PER_BLOCK)
    click.echo(f"more than {ROOM} times as long: {', '.join(slower) or 'nothing'}")
    raise SystemExit(bool(set(slower) - COUNTING))


def _show(name: str, times: list[float], counts: list[int]) -> float:
    small, large = times
    shown = "/".join(str(each) for each in dict.fromkeys(counts))
    click.echo(f"{name:60} {shown:>12} {small:9.2f} {large:9.2f} {large / small:6.2f}")
    return large / small


if __name__ == "__main__":
    main()
