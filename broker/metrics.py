"""What the transport counts of itself. ``connection`` is the name that the broker's console shows."""

from typing import Protocol
from weakref import ref

from prometheus_client import Counter, Gauge, Histogram

CONNECTED = Gauge("broker_connected", "1 while this connection works.", ["connection"])
FAILURES = Counter(
    "broker_connection_failures_total", "Connections that were lost, or could not be made.", ["connection"]
)
CONFIRM_SECONDS = Histogram(
    "broker_confirm_seconds",
    "From handing a batch to the broker to its last confirm.",
    ["connection"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)


class Connects(Protocol):
    """What has a connection."""

    @property
    def ready(self) -> bool:
        """True while it works."""
        ...


def show_while_ready(name: str, transport: Connects) -> None:
    """Tell of this connection from now on; that alone keeps nobody alive."""
    seen = ref(transport)

    def look() -> float:
        found = seen()
        return float(found is not None and found.ready)

    CONNECTED.labels(name).set_function(look)
