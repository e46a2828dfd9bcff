"""The limit of both halves: psycopg inserts one row a commit, over sixteen connections; and a hundred, to compare.

    DATABASE_URL=… python -m bench.limits.inserts        (asked by `bench.program`)

Threads of one process, autocommit, a prepared statement: one round trip a row. More processes were not faster.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from uuid import uuid4

import psycopg

from bench.commits import observed
from bench.meter import Meter
from bench.program import answer, running_program
from bench.row import Run, Sample
from bench.servers import Servers
from tests.servers.databases import database
from tests.servers.postgresql_node import plain

CONNECTIONS = 16
TABLE = "CREATE TABLE rows (id text PRIMARY KEY, name text NOT NULL, price bigint NOT NULL, at timestamptz NOT NULL)"
INSERT = "INSERT INTO rows VALUES (%s, 'Lamp', 5, now())"


def inserts(rows_a_commit: int = 1) -> Callable[[Servers], AbstractContextManager[Run]]:
    """So many rows."""
    return partial(_inserts, rows_a_commit)


@contextmanager
def _inserts(rows_a_commit: int, servers: Servers) -> Iterator[Run]:
    with (
        database(servers.postgresql.url, "inserts") as url,
        observed(url) as store,
        running_program("bench.limits.inserts", DATABASE_URL=url) as program,
    ):
        store.connection.execute(TABLE)

        def run(number: int) -> Sample:
            meter = Meter(servers, lambda: [program.pid])
            began = store.now()
            program.ask(number=number, rows_a_commit=rows_a_commit)
            return meter.sample(number, store.commit_times("rows")[-1][0] - began)

        yield run


def main() -> None:
    """Connect, and insert as many rows as asked."""
    with ExitStack() as opened, ThreadPoolExecutor(CONNECTIONS) as threads:
        url = plain(os.environ["DATABASE_URL"])
        connections = [
            opened.enter_context(psycopg.connect(url, autocommit=True, prepare_threshold=0))
            for _ in range(CONNECTIONS)
        ]

        def insert_all(number: int, rows_a_commit: int) -> int:
            def share(index: int) -> None:
                for _ in range(index * rows_a_commit, number, CONNECTIONS * rows_a_commit):
                    _insert(connections[index], rows_a_commit)

            list(threads.map(share, range(CONNECTIONS)))
            return number

        answer(insert_all)


def _insert(connection: psycopg.Connection, rows_a_commit: int) -> None:
    if rows_a_commit == 1:
        connection.execute(INSERT, [str(uuid4())])
    else:
        with connection.transaction():
            connection.cursor().executemany(INSERT, [[str(uuid4())] for _ in range(rows_a_commit)])


if __name__ == "__main__":
    main()
