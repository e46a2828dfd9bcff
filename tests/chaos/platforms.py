"""Broker and databases that may be broken, each behind a proxy."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.eventually import eventually
from tests.faults.proxy import Proxy, proxied, through
from tests.matrix import ALL, EMBEDDED, REAL, REAL_WITH_MYSQL
from tests.servers import mariadb_node, postgresql_node, rabbitmq_node, redis_node
from tests.servers.databases import both_databases
from tests.servers.ports import free_ports, is_open

DatabaseNode = Callable[[], AbstractContextManager[Any]]
DATABASE_NODES: dict[str, DatabaseNode] = {
    REAL: postgresql_node.running_node,
    REAL_WITH_MYSQL: mariadb_node.running_node,
}
PLATFORMS = (EMBEDDED, *DATABASE_NODES)
#: Where it is chaos in every run of the tests.
USUAL = PLATFORMS if ALL else (EMBEDDED, REAL)


@dataclass(frozen=True)
class Switch:
    """Breaks something, and heals it."""

    on: Callable[[str], object]
    off: Callable[[], object] = lambda: None


@dataclass(frozen=True)
class Platform:
    """What the stack runs on, and what can go wrong with it."""

    #: The stack's settings: every address leads through a proxy, where there is a network at all.
    settings: dict[str, str]
    #: The same, past the proxies, for who watches.
    broker_url: str
    users_url: str
    orders_url: str
    switches: dict[str, Switch]


@contextmanager
def platform(name: str, folder: Path) -> Iterator[Platform]:
    """A platform by its name; all of it gone at the end."""
    with _embedded(folder) if name == EMBEDDED else _real(DATABASE_NODES[name]) as made:
        yield made


@contextmanager
def _real(database_node: DatabaseNode) -> Iterator[Platform]:
    with ExitStack() as stack:
        broker = stack.enter_context(rabbitmq_node.running_node())
        server = stack.enter_context(database_node())
        databases = stack.enter_context(both_databases(server.url))
        redis = stack.enter_context(redis_node.running_node())
        before_broker = stack.enter_context(proxied(broker.port))
        before_database = stack.enter_context(proxied(server.port))
        before_redis = stack.enter_context(proxied(redis.port))

        yield Platform(
            settings={
                "BROKER_URL": broker.url.replace(str(broker.port), str(before_broker.port)),
                **{name: through(before_database, url) for name, url in databases.items()},
                "REDIS_URL": redis.url.replace(str(redis.port), str(before_redis.port)),
            },
            broker_url=broker.url,
            users_url=databases["USER_DATABASE_URL"],
            orders_url=databases["ORDER_DATABASE_URL"],
            switches={
                **_network("broker", before_broker),
                **_network("database", before_database),
                **_network("redis", before_redis),
                "kill broker": Switch(lambda _: broker.kill(), broker.start),
                "kill redis": Switch(lambda _: redis.kill(), redis.start),
                "crash database": Switch(lambda _: server.crash(), server.start),
            },
        )


@contextmanager
def _embedded(folder: Path) -> Iterator[Platform]:
    users, orders = folder / "var" / "user_service.sqlite", folder / "var" / "order_service.sqlite"
    broker = EmbeddedNode(folder)
    with ExitStack() as stack:
        stack.callback(broker.kill)
        broker.start()
        before_broker = stack.enter_context(proxied(broker.port))
        locks = [Lock(users), Lock(orders)]
        yield Platform(
            settings={"BROKER_URL": broker.url.replace(str(broker.port), str(before_broker.port))},
            broker_url=broker.url,
            users_url=f"sqlite:///{users}",
            orders_url=f"sqlite:///{orders}",
            switches={
                **_network("broker", before_broker),
                "kill broker": Switch(lambda _: broker.kill(), broker.start),
                "lock database": Switch(
                    lambda _: [lock.take() for lock in locks], lambda: [lock.release() for lock in locks]
                ),
            },
        )


def _network(what: str, proxy: Proxy) -> dict[str, Switch]:
    return {
        f"cut {what}": Switch(lambda _: proxy.cut()),
        f"delay {what}": Switch(lambda _: proxy.delay(0.1), lambda: proxy.delay(0.0)),
        f"blackhole {what}": Switch(
            lambda way: proxy.blackhole(up=way in {"up", "both"}, down=way in {"down", "both"}), proxy.heal
        ),
    }


class EmbeddedNode:
    """An embedded broker on one port, with one file, however often it is killed."""

    def __init__(self, folder: Path) -> None:
        (self.port,) = free_ports(1)
        self.url = f"amqp://guest:guest@127.0.0.1:{self.port}/"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it listens; without effect if it runs."""
        if self._process is not None:
            return
        path = self._folder / "broker.sqlite"
        command = [sys.executable, "-m", "broker.embedded", "--port", str(self.port), "--path", str(path)]
        with (self._folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(lambda: is_open(self.port), timeout=30)

    def kill(self) -> None:
        """SIGKILL; without effect if it doesn't run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)
            self._process = None


class Lock:
    """Somebody who writes to a SQLite file and doesn't come to an end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._release = threading.Event()
        self._thread: threading.Thread | None = None

    def take(self) -> None:
        """Write from now on."""
        self._release.clear()
        self._thread = threading.Thread(target=self._write)
        self._thread.start()

    def release(self) -> None:
        """Come to an end; without effect if it is over."""
        self._release.set()
        if self._thread is not None:
            self._thread.join(30)

    def _write(self) -> None:
        connection = sqlite3.connect(self._path, timeout=20, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            self._release.wait(60)
            connection.execute("ROLLBACK")
        finally:
            connection.close()
