"""What was found: of each contender the median and the spread, and its ratio to the limit, turn by turn."""

import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bench.row import Contender, Judged, Row
from bench.turns import Samples


@dataclass(frozen=True)
class Spread:
    """Median, least and most."""

    median: float
    least: float
    most: float


@dataclass(frozen=True)
class Found:
    """One number of one contender. ``ratio`` is none where no limit was measured."""

    name: str
    guarantee: str
    kind: str
    value: Spread
    ratio: Spread | None
    cpu_ms: float
    broker_cpu_ms: float
    database_cpu_ms: float
    #: Medians of whatever else was noted.
    more: dict[str, float]


@dataclass(frozen=True)
class Finding:
    """One judged number of all contenders, the limit first."""

    name: str
    what: str
    unit: str
    better: str
    must: float
    aim: float
    against_limit: bool
    turns: int
    #: When it was measured.
    at: str
    contenders: Sequence[Found]

    def as_json(self) -> dict[str, Any]:
        """For the file of results."""
        return asdict(self)

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> "Finding":
        """From the file of results."""
        return cls(**{**content, "contenders": [_found_in(each) for each in content["contenders"]]})


def _found_in(content: dict[str, Any]) -> Found:
    ratio = content["ratio"] and Spread(**content["ratio"])
    return Found(**{**content, "value": Spread(**content["value"]), "ratio": ratio})


def findings(row: Row, samples: Samples) -> list[Finding]:
    """All that is judged in this row, which was measured just now."""
    at = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return [_finding(judged, row, samples, at) for judged in row.judged]


def _finding(judged: Judged, row: Row, samples: Samples, at: str) -> Finding:
    return Finding(
        judged.name,
        judged.what,
        judged.unit,
        judged.better,
        judged.must,
        judged.aim,
        judged.against_limit,
        min(map(len, samples.values())),
        at,
        [_found(judged, row, each, samples) for each in row.contenders],
    )


def _found(judged: Judged, row: Row, contender: Contender, samples: Samples) -> Found:
    own = [judged.value(each) for each in samples[contender.name]]
    limit = next((each for each in row.contenders if each.kind == "limit"), None)
    pairs = [] if limit is None else zip(own, (judged.value(each) for each in samples[limit.name]), strict=True)
    units = sum(each.units for each in samples[contender.name])

    def cpu_ms(seconds: Sequence[float]) -> float:
        return sum(seconds) / units * 1000

    return Found(
        contender.name,
        contender.guarantee,
        contender.kind,
        _spread(own),
        _spread([value / of_limit for value, of_limit in pairs]) if limit else None,
        cpu_ms([each.cpu for each in samples[contender.name]]),
        cpu_ms([each.broker_cpu for each in samples[contender.name]]),
        cpu_ms([each.database_cpu for each in samples[contender.name]]),
        _medians([each.more for each in samples[contender.name]]),
    )


def _medians(noted: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in noted) for name in noted[0]}


def _spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))
