"""What a page is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """One expression of PromQL, and what its lines are called."""

    expression: str
    legend: str = ""


@dataclass(frozen=True)
class Panel:
    """One question, and the queries that answer it. A ``stat`` shows the last value alone."""

    title: str
    queries: tuple[Query, ...]
    #: Of Grafana's units: s, short, ops (per second), percentunit.
    unit: str = "short"
    kind: str = "timeseries"
    #: A stat is red from this value on; None where no value is bad.
    bad_from: float | None = None


@dataclass(frozen=True)
class Page:
    """One page: its address, its title, and its panels in reading order."""

    uid: str
    title: str
    panels: tuple[Panel, ...]
