"""Numbers that are looked up when Prometheus asks: what a database, a pool or a queue holds just now.

Where several processes look at the same thing each of them tells it: a query takes their maximum, not their sum.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from prometheus_client import REGISTRY
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from chassis.errors import Transient


@dataclass(frozen=True)
class Reading:
    """One value, as found just now."""

    name: str
    value: float
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gauges:
    """Names with their help, the labels that all of them have, and how to look."""

    helps: Mapping[str, str]
    read: Callable[[], Iterable[Reading]]
    labels: tuple[str, ...] = ()


def show(gauges: Gauges) -> None:
    """Serve them from now on."""
    REGISTRY.register(_Looking(gauges))


class _Looking(Collector):
    """Looks when it is asked."""

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def describe(self) -> Iterator[GaugeMetricFamily]:
        # Told here, so that registering does not look.
        yield from self._families().values()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = self._families()
        try:
            for reading in self._gauges.read():
                families[reading.name].add_metric(reading.labels, reading.value)
        except Transient:
            # The database is away: the other numbers are worth having all the same.
            return
        yield from families.values()

    def _families(self) -> dict[str, GaugeMetricFamily]:
        labels = self._gauges.labels
        return {name: GaugeMetricFamily(name, text, labels=labels) for name, text in self._gauges.helps.items()}
