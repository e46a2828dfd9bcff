"""Relay and worker with little or with much that waits for them: what an event then costs, and their memory."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from bench.cpu import peak_memory_mib
from bench.meter import Meter
from bench.ours.relay import relay
from bench.ours.worker import begun, filled
from bench.row import Run, Sample
from bench.servers import Servers

#: How many a worker handles before it is measured: it has to be warm.
FIRST = 500

Opened = Callable[[Servers], AbstractContextManager[Run]]


def relay_with(backlog: int) -> Opened:
    """As many events as asked, so many of them waiting at a time."""
    return partial(_in_portions, relay, backlog)


def worker_with(backlog: int) -> Opened:
    """As many messages as asked, so many of them waiting at a time; each time for a worker that has just begun."""
    return partial(_in_portions, _new_workers, backlog)


@contextmanager
def _in_portions(opened: Opened, most: int, servers: Servers) -> Iterator[Run]:
    with opened(servers) as run:
        yield lambda number: _sum([run(min(most, number - start)) for start in range(0, number, most)])


@contextmanager
def _new_workers(servers: Servers) -> Iterator[Run]:
    with filled(servers) as (broker_url, url, folder, store, fill):

        def run(number: int) -> Sample:
            last = store.count("products") + FIRST + number
            fill(FIRST + number)
            with begun(broker_url, url, folder) as process:
                store.await_count("products", last - number)
                meter, warm, began = Meter(servers, lambda: [process.pid]), store.count("products"), store.now()
                store.await_count("products", last)
                seconds = store.commit_times("products")[-1][0] - began
                return meter.sample(last - warm, seconds, peak_mib=peak_memory_mib([process.pid]))

        yield run


def _sum(samples: list[Sample]) -> Sample:
    return Sample(
        units=sum(each.units for each in samples),
        seconds=sum(each.seconds for each in samples),
        cpu=sum(each.cpu for each in samples),
        broker_cpu=sum(each.broker_cpu for each in samples),
        database_cpu=sum(each.database_cpu for each in samples),
        more={"peak_mib": max(each.more["peak_mib"] for each in samples)},
    )
