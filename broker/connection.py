"""How we connect: parameters, and the pauses between attempts."""

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import monotonic

import pika
import pika.exceptions
import structlog
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from broker import tolerance
from broker.declaring import Declaring
from broker.metrics import FAILURES
from broker.settings import BrokerSettings

log = structlog.get_logger()

HEARTBEAT_SECONDS = 10
FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 10.0
#: What lives so long was a connection, and not one more attempt that failed late.
LIVED_SECONDS = 15.0

#: What pika raises when a connection can't be made or is gone, and what the socket raises below it.
CONNECTION_ERRORS = (pika.exceptions.AMQPError, AMQPConnectorException, OSError)


def parameters(settings: BrokerSettings, name: str) -> pika.URLParameters:
    """Parameters for the broker's address; ``name`` is how the connection shows in the broker's console."""
    tolerance.tolerate_any()
    found = pika.URLParameters(settings.url)
    if found.ssl_options is not None:
        found.ssl_options = settings.tls_files.options(found.host)
    found.heartbeat = HEARTBEAT_SECONDS
    found.blocked_connection_timeout = None
    found.socket_timeout = found.stack_timeout = HEARTBEAT_SECONDS
    found.client_properties = {"connection_name": name}
    return found


def declare_topology(settings: BrokerSettings, name: str) -> tuple[str, ...]:
    """Connect, make the topology as far as we may, disconnect; the names of queues that are still missing."""
    connection = pika.BlockingConnection(parameters(settings, name))
    try:
        return Declaring(connection, settings.retry_delays_seconds).declare()
    finally:
        with suppress(*CONNECTION_ERRORS):
            connection.close()


def pauses() -> Iterator[float]:
    """Seconds to wait before each next attempt: growing, and never the same for two processes."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        yield pause * random.uniform(0.5, 1.0)  # nosec B311 # noqa: S311 - jitter is no secret
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def keep_connected(connect_and_serve: Callable[[], None], stop: threading.Event, name: str) -> None:
    """Run ``connect_and_serve`` again and again until ``stop``; it raises or returns when the connection is gone.

    A connection that lived for a while starts the pauses anew.
    """
    # A counter that begins at 1 has no increase to be seen.
    FAILURES.labels(name)
    waits = pauses()
    while not stop.is_set():
        started_at = monotonic()
        try:
            connect_and_serve()
        except CONNECTION_ERRORS as error:
            FAILURES.labels(name).inc()
            log.warning("broker.connection_lost", connection=name, error=f"{type(error).__name__} {error}")
        if monotonic() - started_at > LIVED_SECONDS:
            waits = pauses()
        if not stop.is_set():
            stop.wait(next(waits))
