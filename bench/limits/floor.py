"""The floor of the order flow, served by gunicorn's threads."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commits import observed
from bench.limits.flask_route import TABLES
from bench.order_flow import Shop
from bench.processes import await_answer, running_command
from bench.servers import Servers
from tests.servers.databases import database
from tests.servers.ports import free_ports

CONNECTIONS = 16


def floor(workers: int = 1) -> Callable[[Servers], AbstractContextManager[Shop]]:
    """So many processes, with as many threads together as there are connections."""
    return partial(_floor, workers, CONNECTIONS // workers)


@contextmanager
def _floor(workers: int, threads: int, servers: Servers) -> Iterator[Shop]:
    """A bare Flask route that inserts an order and an outbox row, and commits."""
    (port,) = free_ports(1)
    command = [
        "gunicorn",
        "--worker-class",
        "gthread",
        "--workers",
        str(workers),
        "--threads",
        str(threads),
        "--keep-alive",
        "60",
    ]
    command += ["--bind", f"127.0.0.1:{port}", "bench.limits.flask_route:application()"]
    with (
        TemporaryDirectory() as folder,
        database(servers.postgresql.url, "floor") as url,
        observed(url) as orders,
    ):
        orders.connection.execute(TABLES)
        with running_command(command, Path(folder), {"DATABASE_URL": url}) as process:
            await_answer(f"http://127.0.0.1:{port}/")
            yield Shop(port=port, front=lambda: [process.pid], behind=list, orders=orders, confirmed="orders")
