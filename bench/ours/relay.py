"""The relay of order_service alone, with events that wait in its outbox."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory

from bench.commits import Observer, observed
from bench.cpu import peak_memory_mib
from bench.meter import Meter
from bench.processes import await_answer, paused, running_command
from bench.row import Run, Sample
from bench.servers import Servers
from chassis.service import Service
from tests.brokers import depth, purge
from tests.servers.databases import database
from tests.servers.ports import free_ports
from tests.stores import ORDERS, body_of, envelope, migrated, placed

#: As order_service would have written them: each with an id of its own in row and body.
WAITING = """
    INSERT INTO outbox (event_id, type, subject, time, body)
    SELECT id, 'order.placed.v1', 'x', now(), convert_to(replace(%(body)s, %(old)s, id), 'UTF8')
    FROM (SELECT gen_random_uuid()::text AS id FROM generate_series(1, %(number)s)) new
"""


@contextmanager
def relay(servers: Servers) -> Iterator[Run]:
    """A relay that publishes to user_service's queue."""
    with relaying(servers, ORDERS) as (process, url), observed(url) as store:
        broker_url = servers.rabbitmq.url

        def run(number: int) -> Sample:
            purge(broker_url, "user_service")
            with paused([process.pid]):
                lay(store, number)
                meter = Meter(servers, lambda: [process.pid])
                began = store.now()
            store.await_none("outbox")
            sample = meter.sample(number, store.now() - began, peak_mib=peak_memory_mib([process.pid]))
            assert depth(broker_url, "user_service") >= number
            return sample

        yield run


def lay(store: Observer, number: int) -> None:
    """Let so many events wait."""
    like = envelope(placed(1))
    store.connection.execute(WAITING, {"body": body_of(like).decode(), "old": like.id, "number": number})


@contextmanager
def relaying(servers: Servers, service: Service) -> Iterator[tuple[Popen[bytes], str]]:
    """A ready relay of the service, and the address of its fresh database."""
    servers.rabbitmq.move_to_a_fresh_host()
    prefix, (port,) = service.defaults.prefix, free_ports(1)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        url = opened.enter_context(database(servers.postgresql.url, "relay"))
        opened.enter_context(migrated(service, url))
        settings = {
            "BROKER_URL": servers.rabbitmq.url,
            "BIND_HOST": "127.0.0.1",
            f"{prefix}_DATABASE_URL": url,
            f"{prefix}_RELAY_PORT": str(port),
        }
        command = [f"{prefix.lower()}-service", "relay"]
        process = opened.enter_context(running_command(command, folder, settings))
        await_answer(f"http://127.0.0.1:{port}/readyz", {200})
        yield process, url
