"""The floor of the order flow, served by gunicorn's threads."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.commits import observed
from bench.limits.flask_route import TABLES
from bench.order_flow import Shop
from bench.processes import await_answer, running_command
from bench.servers import Servers
from tests.servers.databases import database
from tests.servers.ports import free_ports

#: As many processes as cores, as gunicorn's documentation has it at least; together as many threads as connections.
WORKERS, THREADS = 2, 8


@contextmanager
def floor(servers: Servers, workers: int = WORKERS, threads: int = THREADS) -> Iterator[Shop]:
    """A bare Flask route that inserts an order and an outbox row, and commits."""
    (port,) = free_ports(1)
    command = ["gunicorn", "--worker-class", "gthread", "--workers", str(workers), "--threads", str(threads)]
    command += ["--bind", f"127.0.0.1:{port}", "bench.limits.flask_route:application()"]
    with (
        TemporaryDirectory() as folder,
        database(servers.postgresql.url, "floor") as url,
        observed(url) as orders,
    ):
        orders.connection.execute(TABLES)
        with running_command(command, Path(folder), {"DATABASE_URL": url}) as process:
            await_answer(f"http://127.0.0.1:{port}/")
            yield Shop(port=port, pids=lambda: [process.pid], orders=orders, confirmed="orders")
