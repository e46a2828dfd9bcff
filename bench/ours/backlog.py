"""Relay and worker with little or with much that waits for them: what an event then costs, and their memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commits import observed
from bench.cpu import peak_memory_mib
from bench.meter import Meter
from bench.ours.relay import lay, relaying
from bench.ours.worker import begun, publishing
from bench.processes import paused
from bench.row import Run, Sample
from bench.servers import Servers
from tests.brokers import purge
from tests.servers.databases import database
from tests.stores import ORDERS, migrated

#: How many a worker handles before it is measured: it has to be warm.
FIRST = 500

Opened = Callable[[Servers], AbstractContextManager[Run]]


def relay_with(backlog: int) -> Opened:
    """As many events as asked, so many of them waiting at a time."""
    return partial(_relay, backlog)


def worker_with(backlog: int) -> Opened:
    """As many messages as asked, so many of them waiting at a time; each time for a worker that has just begun."""
    return partial(_worker, backlog)


@contextmanager
def _relay(backlog: int, servers: Servers) -> Iterator[Run]:
    with relaying(servers, ORDERS) as (process, url), observed(url) as store:
        broker_url = servers.rabbitmq.url

        def once(number: int) -> Sample:
            purge(broker_url, "user_service")
            with paused([process.pid]):
                lay(store, number)
                meter = Meter(servers, lambda: [process.pid])
                began = store.now()
            store.await_none("outbox")
            return meter.sample(number, store.now() - began, peak_mib=peak_memory_mib([process.pid]))

        yield lambda number: _sum([once(each) for each in portions(number, backlog)])


@contextmanager
def _worker(backlog: int, servers: Servers) -> Iterator[Run]:
    servers.rabbitmq.move_to_a_fresh_host()
    broker_url = servers.rabbitmq.url
    with (
        TemporaryDirectory() as folder,
        database(servers.postgresql.url, "worker") as url,
        migrated(ORDERS, url),
        observed(url) as store,
        publishing(broker_url) as fill,
    ):

        def once(number: int) -> Sample:
            before = store.count("products")
            fill(FIRST + number)
            with begun(broker_url, url, Path(folder)) as process:
                store.await_count("products", before + FIRST)
                meter, warm, began = Meter(servers, lambda: [process.pid]), store.count("products"), store.now()
                store.await_count("products", before + FIRST + number)
                seconds, peak = store.commit_times("products")[-1][0] - began, peak_memory_mib([process.pid])
                return meter.sample(before + FIRST + number - warm, seconds, peak_mib=peak)

        yield lambda number: _sum([once(each) for each in portions(number, backlog)])


def portions(number: int, most: int) -> list[int]:
    """The number in parts of so many at most."""
    return [min(most, number - start) for start in range(0, number, most)]


def _sum(samples: list[Sample]) -> Sample:
    return Sample(
        units=sum(each.units for each in samples),
        seconds=sum(each.seconds for each in samples),
        cpu=sum(each.cpu for each in samples),
        broker_cpu=sum(each.broker_cpu for each in samples),
        database_cpu=sum(each.database_cpu for each in samples),
        more={"peak_mib": max(each.more["peak_mib"] for each in samples)},
    )
