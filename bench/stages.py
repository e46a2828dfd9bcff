"""Where an order's processor time goes, stage by stage: each stage by itself, in this process, on PostgreSQL.

    python -m tests.servers python -m bench.stages

Microseconds of this process's processor time for a request or an event, the median of rounds in which the stages
take turns; the bare route (Flask and psycopg, two inserts and a commit) is the unit. What the database does is not
counted.
"""

import os
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from itertools import count
from time import process_time
from typing import Any
from uuid import uuid4

import pika
import psycopg
from rich.console import Console
from rich.table import Table
from werkzeug.test import EnvironBuilder

from bench.limits.flask_route import TABLES, application
from broker.delivery import Delivery
from chassis.cache.cache import Cache
from chassis.cache.memory import Memory
from chassis.messaging.handling import handle_once
from chassis.messaging.worker import Worker
from chassis.observability import logs
from chassis.process import keep_what_is_loaded
from chassis.service import Service
from chassis.store.store import Store
from events.envelope import STRUCTURED, Envelope
from events.event import Event
from events.external import ProductListed
from events.users import UserRegistered
from order_service.use_cases.list_product import put_product
from tests.component.conftest import bearer, make_app
from tests.servers.choice import server
from tests.servers.databases import database
from tests.servers.postgresql_node import plain
from tests.stores import ORDERS, USERS, add_user, body_of, envelope, migrated, placed

ROUNDS = 9
CUSTOMERS = 50
BODY = b'{"lines": [{"sku": "lamp", "quantity": 1}]}'

#: Makes ready so many units of its work; what it returns does them.
Stage = Callable[[int], Callable[[], object]]


def main() -> None:
    """Print the table."""
    with ExitStack() as opened, tempfile.TemporaryFile("w") as nowhere, redirect_stderr(nowhere):
        logs.configure("info", "json", service="bench", process="stages")
        url = opened.enter_context(server("postgresql"))
        stages = {name: (opened.enter_context(stage(url)), units) for name, (stage, units) in STAGES.items()}
        found = _measured(stages)
    table = Table("stage", "µs", "times the bare route")
    unit = found[next(iter(found))]
    for name, microseconds in found.items():
        table.add_row(name, f"{microseconds:.0f}", f"{microseconds / unit:.2f}")
    Console().print(table)


def _measured(stages: dict[str, tuple[Stage, int]]) -> dict[str, float]:
    for stage, units in stages.values():
        stage(units)()
    keep_what_is_loaded()
    rounds: dict[str, list[float]] = {name: [] for name in stages}
    for _ in range(ROUNDS):
        for name, (stage, units) in stages.items():
            work = stage(units)
            began = process_time()
            work()
            rounds[name].append((process_time() - began) / units * 1e6)
    return {name: statistics.median(times) for name, times in rounds.items()}


@contextmanager
def bare_route(postgresql: str) -> Iterator[Stage]:
    """What anybody would have to do."""
    with database(postgresql, "bare") as url:
        os.environ["DATABASE_URL"] = url
        with psycopg.connect(plain(url)) as connection:
            connection.execute(TABLES)
        yield _requests(application(), {})


@contextmanager
def post_order(postgresql: str) -> Iterator[Stage]:
    """The whole request, with token, key and history."""
    with _opened(ORDERS, postgresql) as store:
        with store.writing() as unit_of_work:
            put_product("lamp", name="Lamp", unit_price_cents=1, active=True, unit_of_work=unit_of_work)
        ada = UserRegistered(user_id=1, name="Ada", email="ada@example.com", credit_limit_cents=1)
        handle_once(store, ORDERS.subscriptions, [envelope(ada)])
        yield _requests(make_app(ORDERS, store), bearer(1))


def _requests(app: Any, headers: dict[str, str]) -> Stage:
    def environ() -> dict[str, Any]:
        keyed = {**headers, "Idempotency-Key": uuid4().hex}
        made = EnvironBuilder("/orders", method="POST", data=BODY, headers=keyed, content_type="application/json")
        return made.get_environ()

    def post(environ: dict[str, Any]) -> None:
        said: list[str] = []
        b"".join(app(environ, lambda status, *_: said.append(status)))
        assert said[0].startswith("202"), said

    def ready(units: int) -> Callable[[], object]:
        environs = [environ() for _ in range(units)]
        return lambda: [post(each) for each in environs]

    return ready


def placed_in_batches(size: int) -> Callable[[str], Any]:
    """A worker of user_service, from the message's bytes to the commit."""

    @contextmanager
    def opened(postgresql: str) -> Iterator[Stage]:
        with _opened(USERS, postgresql) as store:
            user_ids = [add_user(store, limit=10**12) for _ in range(CUSTOMERS)]
            events = (envelope(placed(user_ids[number % CUSTOMERS], total=1)) for number in count())
            yield _deliveries(USERS, store, events, size)

    return opened


@contextmanager
def listed_in_batches(postgresql: str) -> Iterator[Stage]:
    """A worker of order_service: an inbox claim and one new row for each."""
    with _opened(ORDERS, postgresql) as store:
        lamps = (
            envelope(ProductListed(sku=str(uuid4()), name="Lamp", unit_price_cents=5, active=True), source="/shop")
            for _ in count()
        )
        yield _deliveries(ORDERS, store, lamps, 100)


class NoBroker:
    """Takes every ack."""

    def ack(self, _last: Delivery) -> None:
        pass

    def holds(self, _delivery: Delivery) -> bool:
        return True


def _deliveries(service: Service, store: Store[Any], events: Iterator[Envelope[Event]], size: int) -> Stage:
    worker: Any = Worker(
        service.name,
        store=store,
        subscriptions=service.subscriptions,
        consumer=NoBroker(),  # type: ignore[arg-type]
        publisher=None,  # type: ignore[arg-type]
        batch=size,
    )
    stop = threading.Event()

    def ready(units: int) -> Callable[[], object]:
        batches = [[_delivery(next(events)) for _ in range(size)] for _ in range(units // size)]
        return lambda: [worker.handle(batch, stop) for batch in batches]

    return ready


def _delivery(told: Envelope[Event]) -> Delivery:
    properties = pika.BasicProperties(content_type=STRUCTURED, message_id=told.id)
    return Delivery(
        channel_number=1,
        tag=1,
        exchange="events",
        routing_key=told.type,
        redelivered=False,
        properties=properties,
        body=body_of(told),
    )


@contextmanager
def _opened(service: Service, postgresql: str) -> Iterator[Store[Any]]:
    with (
        database(postgresql, "stage") as url,
        migrated(service, url, cache=Cache(service.name, Memory())) as store,
    ):
        yield store


STAGES: dict[str, tuple[Callable[[str], Any], int]] = {
    "a bare Flask route, two inserts and a commit": (bare_route, 200),
    "POST /orders, whole": (post_order, 100),
    "order.placed, alone": (placed_in_batches(1), 50),
    "order.placed, 50 in a batch": (placed_in_batches(50), 500),
    "catalog.product_listed, 100 in a batch": (listed_in_batches, 1000),
}


if __name__ == "__main__":
    main()
