"""The consume half: messages that wait in a queue become rows, each with a claim of its id, committed and acked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.commits import Observer
from bench.meter import Meter
from bench.processes import paused
from bench.row import Sample
from bench.servers import Servers


@dataclass(frozen=True)
class Consumer:
    """A worker, what lays so many messages into its queue, and the table in which each makes a row."""

    pids: Iterable[int]
    fill: Callable[[int], None]
    store: Observer
    rows: str


def consume(servers: Servers, consumer: Consumer, number: int) -> Sample:
    """So many messages, laid ready while the worker stands still; until the last one's row is committed."""
    before = consumer.store.count(consumer.rows)
    with paused(consumer.pids):
        consumer.fill(number)
        meter = Meter(servers, lambda: consumer.pids)
        began = consumer.store.now()
    consumer.store.await_count(consumer.rows, before + number)
    return meter.sample(number, consumer.store.commit_times(consumer.rows)[-1][0] - began)
