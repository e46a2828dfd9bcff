"""What the cache brings: the same requests without it, with each process's own, and with Redis, taking turns.

    python -m bench.cache

One caller asks for one product, user or order after the other. "Hit" is the second time and later, "miss" the first
time: every key is asked for once. The median of several rounds, as the time of a request without a cache.
"""

import statistics
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import click
from flask import Flask
from rich.console import Console
from rich.progress import track
from rich.table import Table
from werkzeug.test import EnvironBuilder, run_wsgi_app

from chassis.cache.cache import Cache
from chassis.cache.connection import Connection
from chassis.cache.memory import Memory
from chassis.cache.shared import Shared
from chassis.service import Service
from chassis.store.store import Store
from order_service.domain.customer import Customer
from order_service.domain.order import OrderStatus
from order_service.use_cases.list_product import put_product
from order_service.use_cases.place_order import place_order
from tests.component.conftest import bearer, make_app
from tests.servers.choice import server
from tests.servers.postgresql import database
from tests.stores import ORDERS, USERS, add_user, migrated, opened

ROUNDS, KEYS, HITS = 9, 150, 3
KINDS = ("none", "memory", "redis")


@contextmanager
def applications(service: Service, url: str, redis_url: str) -> Iterator[dict[str, Flask]]:
    """The service three times on one database, each with another cache."""
    caches = {"none": None, "memory": Memory(), "redis": Shared(Connection(redis_url))}
    with ExitStack() as open_stores:
        stores = {
            kind: open_stores.enter_context(opened(service, url, cache=Cache(service.name, backing)))
            for kind, backing in caches.items()
        }
        yield {kind: make_app(service, store) for kind, store in stores.items()}


def furnish_orders(store: Store[Any]) -> tuple[list[str], list[str]]:
    """Products, and settled orders of one known customer; their paths."""
    with store.writing() as unit_of_work:
        unit_of_work.customers.add(Customer(user_id=1, name="Ada"))
        for number in range(KEYS):
            put_product(f"p{number}", name="P", unit_price_cents=1, active=True, unit_of_work=unit_of_work)
    ids: list[UUID] = []
    with store.writing() as unit_of_work:
        for number in range(KEYS):
            order = place_order(UUID(int=number + 1), 1, [("p1", 1), ("p2", 1)], unit_of_work)
            order.status = OrderStatus.CONFIRMED
            ids.append(order.id)
    return [f"/products/p{number}" for number in range(KEYS)], [f"/orders/{order_id}" for order_id in ids]


def ask(app: Flask, paths: list[str], headers: dict[str, str]) -> tuple[float, float]:
    """Microseconds of wall and of CPU time for each of these requests, one after the other."""
    environs = [EnvironBuilder(path=path, headers=headers).get_environ() for path in paths]
    wall, cpu = perf_counter(), process_time()
    for environ in environs:
        _, status, _ = run_wsgi_app(app.wsgi_app, environ)
        assert status == "200 OK", status
    return (perf_counter() - wall) / len(paths) * 1e6, (process_time() - cpu) / len(paths) * 1e6


def measure(apps: dict[str, Flask], paths: list[str], headers: dict[str, str], forget: Callable[[], None]) -> Any:
    """Medians for each cache: first reads and later ones."""
    found: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for app in apps.values():
        ask(app, paths, headers)
    for _ in track(range(ROUNDS), description=paths[0], transient=True):
        forget()
        for kind, app in apps.items():
            _clear(app)
            found.setdefault((kind, "miss"), []).append(ask(app, paths, headers))
            found.setdefault((kind, "hit"), []).extend(ask(app, paths, headers) for _ in range(HITS))
    return {
        key: tuple(statistics.median(column) for column in zip(*rows, strict=True)) for key, rows in found.items()
    }


def _clear(app: Flask) -> None:
    backing = app.extensions["store"].cache._backing
    if isinstance(backing, Memory):
        backing._values.clear()


@click.command
def main() -> None:
    """Print what each request costs with each cache."""
    table = Table("request", "cache", "miss µs", "of none", "hit µs", "of none", "CPU hit, of none")
    with ExitStack() as started:
        postgresql, redis_url = (started.enter_context(server(name)) for name in ("postgresql", "redis"))
        orders_url = started.enter_context(database(postgresql, "bench_cache_orders"))
        users_url = started.enter_context(database(postgresql, "bench_cache_users"))
        with migrated(ORDERS, orders_url) as store:
            products, orders = furnish_orders(store)
        with migrated(USERS, users_url) as store:
            ids = [add_user(store) for _ in range(KEYS)]
        redis = Connection(redis_url).redis
        admin = bearer(ids[0], "users:read orders:read")
        for service, url, name, paths, headers in (
            (ORDERS, orders_url, "GET /products/<sku>", products, {}),
            (ORDERS, orders_url, "GET /orders/<uuid>", orders, bearer(1)),
            (USERS, users_url, "GET /users/<id>", [f"/users/{each}" for each in ids], admin),
        ):
            with applications(service, url, redis_url) as apps:
                found = measure(apps, paths, headers, redis.flushdb)
            none = found["none", "hit"]
            for kind in KINDS:
                miss, hit = found[kind, "miss"], found[kind, "hit"]
                table.add_row(
                    name,
                    kind,
                    f"{miss[0]:.0f}",
                    f"{miss[0] / none[0]:.2f}",
                    f"{hit[0]:.0f}",
                    f"{hit[0] / none[0]:.2f}",
                    f"{hit[1] / none[1]:.2f}",
                )
    Console().print(table)


if __name__ == "__main__":
    main()
