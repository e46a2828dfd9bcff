"""The publish half of user_service: units of work that tell of a new user, and the relay that publishes it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from bench.commits import observed
from bench.meter import Meter
from bench.ours.relay import relaying
from bench.program import running_program
from bench.row import Run, Sample
from bench.servers import Servers
from tests.brokers import purge
from tests.stores import USERS


def publish(at_once: int = 1) -> Callable[[Servers], AbstractContextManager[Run]]:
    """So many users, some at once in a unit of work; until the last one's event is confirmed and forgotten."""
    return partial(_publish, at_once)


@contextmanager
def _publish(at_once: int, servers: Servers) -> Iterator[Run]:
    with (
        relaying(servers, USERS) as (relay, url),
        observed(url) as store,
        running_program("bench.ours.registering", DATABASE_URL=url) as writer,
    ):
        broker_url = servers.rabbitmq.url

        def run(number: int) -> Sample:
            purge(broker_url, "order_service")
            meter = Meter(servers, lambda: [writer.pid, relay.pid])
            began = store.now()
            writer.ask(number=number, at_once=at_once)
            store.await_none("outbox")
            return meter.sample(number, store.now() - began)

        yield run
