"""Panels that several pages have, each for one question."""

from operations.dashboards.page import Panel, Query

RATE = "[$__rate_interval]"
#: Asked every second by who looks after the services.
NO_PROBES = 'route!~"/livez|/readyz|/metrics"'


def stat(title: str, expression: str, *, unit: str = "short", bad_from: float | None = None) -> Panel:
    """One number."""
    return Panel(title, (Query(expression, title),), unit, "stat", bad_from)


def rates(title: str, metric: str, by: str, matching: str = "") -> Panel:
    """How often per second, a line for each label."""
    legend = " ".join(f"{{{{{name}}}}}" for name in by.split(", "))
    return Panel(title, (Query(f"sum by ({by}) (rate({metric}{{{matching}}}{RATE}))", legend),), "ops")


def durations(title: str, metric: str, by: str = "service", matching: str = "") -> Panel:
    """How long it takes, in the middle and for the slowest twentieth."""
    legend = " ".join(f"{{{{{name}}}}}" for name in by.split(", "))
    buckets = f"sum by ({by}, le) (rate({metric}_bucket{{{matching}}}{RATE}))"
    return Panel(
        title,
        tuple(
            Query(f"histogram_quantile({share}, {buckets})", f"{legend} {name}")
            for share, name in ((0.5, "median"), (0.95, "p95"))
        ),
        "s",
    )


def gauge(title: str, expression: str, legend: str, *, unit: str = "short") -> Panel:
    """What there is just now."""
    return Panel(title, (Query(expression, legend),), unit)
