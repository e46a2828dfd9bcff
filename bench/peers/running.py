"""Peers as contenders: their workers as they are started by their own commands, their programs to publish."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import create_engine

from bench.commits import Observer, observed
from bench.consuming import Consumer, consume
from bench.meter import Meter
from bench.peers.listings import METADATA
from bench.processes import running_command
from bench.program import running_program
from bench.row import Run, Sample
from bench.servers import Servers
from tests.brokers import depth, purge
from tests.eventually import eventually
from tests.servers.databases import database

QUEUE = "listings"


@dataclass(frozen=True)
class Peer:
    """One library. ``worker`` is the command that runs one worker of it."""

    name: str
    module: str
    worker: list[str]
    consumes: str
    publishes: str


PEERS = (
    Peer(
        "FastStream",
        "bench.peers.with_faststream",
        ["python", "-m", "bench.peers.with_faststream", "worker"],
        "nothing lost; claim by hand",
        "lost if it dies between the two",
    ),
    Peer(
        "Celery",
        "bench.peers.with_celery",
        ["celery", "-A", "bench.peers.with_celery", "worker", "--loglevel", "WARNING"],
        "nothing lost; claim by hand",
        "lost if it dies between the two",
    ),
    Peer(
        "Kombu",
        "bench.peers.with_kombu",
        ["python", "-m", "bench.peers.with_kombu", "worker"],
        "nothing lost; claim by hand",
        "lost if it dies between the two",
    ),
    Peer(
        "dramatiq",
        "bench.peers.with_dramatiq",
        ["dramatiq", "bench.peers.with_dramatiq"],
        "nothing lost; claim by hand",
        "lost if it dies between the two",
    ),
)


@contextmanager
def surroundings(servers: Servers) -> Iterator[dict[str, str]]:
    """A fresh virtual host and database, by the settings that name them."""
    servers.rabbitmq.move_to_a_fresh_host()
    with database(servers.postgresql.url, "peer") as url:
        engine = create_engine(url)
        METADATA.create_all(engine)
        engine.dispose()
        yield {"BROKER_URL": servers.rabbitmq.url, "DATABASE_URL": url}


def consuming(peer: Peer) -> Callable[[Servers], AbstractContextManager[Run]]:
    """Its worker; at the end nothing is left in its queue."""

    @contextmanager
    def opened(servers: Servers) -> Iterator[Run]:
        with ExitStack() as stack, surroundings(servers) as settings:
            folder = Path(stack.enter_context(TemporaryDirectory()))
            store = stack.enter_context(observed(settings["DATABASE_URL"]))
            program = stack.enter_context(running_program(peer.module, **settings))
            program.ask(what="lay", number=1)
            with running_command(peer.worker, folder, settings) as process:
                eventually(lambda: _handled_one(process, store), timeout=30)

                def lay(number: int) -> None:
                    program.ask(what="lay", number=number)

                consumer = Consumer([process.pid], lay, store, "listings")
                yield lambda number: consume(servers, consumer, number)
            assert depth(settings["BROKER_URL"], QUEUE) == 0
            # Its clients go before their database does.
            stack.close()

    return opened


def publishing(peer: Peer) -> Callable[[Servers], AbstractContextManager[Run]]:
    """Its program that stores, and then publishes."""

    @contextmanager
    def opened(servers: Servers) -> Iterator[Run]:
        with surroundings(servers) as settings, running_program(peer.module, **settings) as program:
            program.ask(what="lay", number=1)

            def run(number: int) -> Sample:
                purge(settings["BROKER_URL"], QUEUE)
                meter = Meter(servers, lambda: [program.pid])
                began = perf_counter()
                program.ask(what="publish", number=number)
                sample = meter.sample(number, perf_counter() - began)
                eventually(lambda: depth(settings["BROKER_URL"], QUEUE) == number)
                return sample

            yield run

    return opened


def _handled_one(worker: Popen[bytes], store: Observer) -> bool:
    assert worker.poll() is None, "it ended"
    return store.count("listings") > 0
