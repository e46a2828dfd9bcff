"""The numbers that operators ask for, under the names of the contract."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol

from prometheus_client import REGISTRY, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from chassis.errors import Transient

HTTP_REQUESTS = Counter("http_requests_total", "Answered requests.", ["service", "method", "route", "status"])
HTTP_SECONDS = Histogram("http_request_duration_seconds", "Time to answer.", ["service", "method", "route"])

CACHE_LOOKUPS = Counter("cache_lookups_total", "Reads through the cache.", ["service", "kind", "result"])

OUTBOX_PUBLISHED = Counter("outbox_published_total", "Rows that the broker confirmed.")

DELIVERIES = Counter("deliveries_total", "Settled deliveries.", ["service", "type", "outcome"])
DEAD_LETTERS = Counter("dead_letters_total", "Messages given up.", ["service", "reason"])
EVENT_AGE_SECONDS = Histogram(
    "event_age_seconds",
    "From an event's time to its effect here.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600),
)


class OutboxFacts(Protocol):
    """What is to be known of an outbox."""

    @property
    def waiting(self) -> int:
        """Rows that may leave."""
        ...

    @property
    def oldest(self) -> datetime | None:
        """The time of the oldest of them."""
        ...

    @property
    def parked(self) -> int:
        """Rows that can't be published."""
        ...


class _OutboxCollector(Collector):
    """Asks the database when Prometheus asks us."""

    def __init__(self, facts: Callable[[], OutboxFacts]) -> None:
        self._facts = facts

    def describe(self) -> Iterator[GaugeMetricFamily]:
        # Told here, so that registering does not ask the database.
        yield GaugeMetricFamily("outbox_waiting", "Rows that wait for the relay.")
        yield GaugeMetricFamily("outbox_oldest_age_seconds", "Age of the oldest row that waits.")
        yield GaugeMetricFamily("outbox_parked", "Rows that can't be published.")

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            facts = self._facts()
        except Transient:
            # The database is away: the other numbers are worth having all the same.
            return
        age = (datetime.now(UTC) - facts.oldest).total_seconds() if facts.oldest else 0.0
        values = (float(facts.waiting), max(0.0, age), float(facts.parked))
        for family, value in zip(self.describe(), values, strict=True):
            family.add_metric([], value)
            yield family


def show_outbox(facts: Callable[[], OutboxFacts]) -> None:
    """Serve the outbox's numbers from now on."""
    REGISTRY.register(_OutboxCollector(facts))
