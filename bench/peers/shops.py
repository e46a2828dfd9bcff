"""Peers that take orders, with an api and a worker for each of the two services."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, insert

from bench.commits import observed
from bench.order_flow import Shop
from bench.peers.shop_tables import CREDIT, CUSTOMERS, METADATA
from bench.processes import await_answer, running_command
from bench.servers import Servers
from tests.servers.databases import database
from tests.servers.ports import free_ports


@dataclass(frozen=True)
class PeerShop:
    """Commands of an api, which gets ``PORT``, and of two workers."""

    name: str
    api: list[str]
    workers: tuple[list[str], list[str]]
    guarantee: str = "an event is lost if it dies before it is sent"


def _celery_worker(queue: str) -> list[str]:
    command = ["celery", "-A", "bench.peers.celery_shop", "worker", "--loglevel", "WARNING"]
    return [*command, "--queues", queue, "--hostname", f"{queue}@%h"]


PEER_SHOPS = (
    PeerShop(
        "FastStream, ASGI on granian",
        ["granian", "--interface", "asgi", "--factory", "--port", "PORT", "bench.peers.faststream_shop:application"],
        (
            ["python", "-m", "bench.peers.faststream_shop", "users"],
            ["python", "-m", "bench.peers.faststream_shop", "orders"],
        ),
    ),
    PeerShop(
        "Flask + gunicorn, Celery",
        [
            *("gunicorn", "--worker-class", "gthread", "--workers", "1", "--threads", "16", "--keep-alive", "60"),
            *("--bind", "127.0.0.1:PORT", "bench.peers.celery_shop:application()"),
        ],
        (_celery_worker("users"), _celery_worker("orders")),
    ),
)


def shop_of(peer: PeerShop) -> Callable[[Servers], AbstractContextManager[Shop]]:
    """Its processes, and customers with credit."""

    @contextmanager
    def opened(servers: Servers) -> Iterator[Shop]:
        servers.rabbitmq.move_to_a_fresh_host()
        (port,) = free_ports(1)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            url = stack.enter_context(database(servers.postgresql.url, "shop"))
            _furnish(url)
            orders = stack.enter_context(observed(url))
            settings = {"BROKER_URL": servers.rabbitmq.url, "DATABASE_URL": url}
            api = [part.replace("PORT", str(port)) for part in peer.api]
            processes = [
                stack.enter_context(running_command(command, folder, settings, name))
                for name, command in zip(("api", "users", "orders"), (api, *peer.workers), strict=True)
            ]
            await_answer(f"http://127.0.0.1:{port}/")
            yield Shop(
                port=port,
                front=lambda: [processes[0].pid],
                behind=lambda: [process.pid for process in processes[1:]],
                orders=orders,
                confirmed="orders WHERE status = 'confirmed'",
            )

    return opened


def _furnish(url: str) -> None:
    engine = create_engine(url)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        connection.execute(insert(CREDIT), [{"user_id": each, "reserved_cents": 0} for each in range(CUSTOMERS)])
    engine.dispose()
