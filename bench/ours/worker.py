"""One worker of order_service at work on ``catalog.product_listed``: an inbox claim and one new row for each."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from uuid import uuid4

from bench.commits import Observer, observed
from bench.consuming import Consumer, consume
from bench.processes import await_answer, running_command
from bench.row import Run
from bench.servers import Servers
from broker.confirms import Fate
from broker.message import Message
from broker.publisher import Publisher
from broker.settings import BrokerSettings
from broker.topology import EXCHANGE
from events.envelope import STRUCTURED
from events.external import ProductListed
from tests.brokers import depth
from tests.eventually import eventually
from tests.servers.databases import database
from tests.servers.ports import free_ports
from tests.stores import ORDERS, body_of, envelope, migrated

AT_ONCE = 500


@contextmanager
def worker(servers: Servers) -> Iterator[Run]:
    """A ready worker; at the end nothing is left in its queue."""
    with filled(servers) as (broker_url, url, folder, store, fill):
        with begun(broker_url, url, folder) as process:
            consumer = Consumer([process.pid], fill, store, "products")
            yield lambda number: consume(servers, consumer, number)
        assert depth(broker_url, "order_service") == 0


@contextmanager
def filled(servers: Servers) -> Iterator[tuple[str, str, Path, Observer, Callable[[int], None]]]:
    """What a worker needs: broker, a migrated database, a folder; who watches its rows, and what fills its queue."""
    servers.rabbitmq.move_to_a_fresh_host()
    with (
        TemporaryDirectory() as folder,
        database(servers.postgresql.url, "worker") as url,
        migrated(ORDERS, url),
        observed(url) as store,
        publishing(servers.rabbitmq.url) as fill,
    ):
        yield servers.rabbitmq.url, url, Path(folder), store, fill


@contextmanager
def begun(broker_url: str, database_url: str, folder: Path) -> Iterator[Popen[bytes]]:
    """A ready worker's process."""
    (port,) = free_ports(1)
    settings = {
        "BROKER_URL": broker_url,
        "BIND_HOST": "127.0.0.1",
        "ORDER_WORKER_PORT": str(port),
        "ORDER_DATABASE_URL": database_url,
    }
    with running_command(["order-service", "worker"], folder, settings) as process:
        await_answer(f"http://127.0.0.1:{port}/readyz", {200})
        yield process


@contextmanager
def publishing(broker_url: str) -> Iterator[Callable[[int], None]]:
    """Publishes so many listings of products that nobody has listed before, and waits for all confirms."""
    publisher = Publisher(BrokerSettings(broker_url), name="bench")
    publisher.start()
    eventually(lambda: publisher.ready)

    def fill(number: int) -> None:
        for start in range(0, number, AT_ONCE):
            fates = publisher.publish([_listing() for _ in range(start, min(start + AT_ONCE, number))], 30)
            assert set(fates) == {Fate.CONFIRMED}

    try:
        yield fill
    finally:
        publisher.close()


def _listing() -> Message:
    event = ProductListed(sku=str(uuid4()), name="Lamp", unit_price_cents=5, active=True)
    arriving = envelope(event, source="/shop")
    return Message(
        exchange=EXCHANGE,
        routing_key=arriving.type,
        body=body_of(arriving),
        message_id=arriving.id,
        mandatory=True,
        type=arriving.type,
        app_id="shop",
        content_type=STRUCTURED,
        time=arriving.time,
    )
