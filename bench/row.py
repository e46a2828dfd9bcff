"""What is measured: rows of contenders that take turns, and what is judged of them."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

from bench.servers import Servers


@dataclass(frozen=True)
class Sample:
    """One turn of one contender. ``cpu`` is of its own processes; the servers' beside it."""

    units: int
    seconds: float
    cpu: float
    broker_cpu: float
    database_cpu: float
    more: dict[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Units a second."""
        return self.units / self.seconds

    @property
    def whole_cpu_per_unit(self) -> float:
        """Seconds of its own processes and of the servers'."""
        return (self.cpu + self.broker_cpu + self.database_cpu) / self.units

    @property
    def cpu_per_unit(self) -> float:
        """Seconds of its own processes."""
        return self.cpu / self.units


Run = Callable[[int], Sample]


@dataclass(frozen=True)
class Contender:
    """The limit, what is told beside it, ours, or a peer. ``guarantee`` is what is still true when something dies.

    It gets so many ``times`` the units, to be busy for about as long as the others.
    """

    name: str
    kind: Literal["limit", "reference", "ours", "peer"]
    guarantee: str
    opened: Callable[[Servers], AbstractContextManager[Run]]
    times: float = 1


@dataclass(frozen=True)
class Judged:
    """One number of a sample; of ours its ratio to the limit's, or the number itself where there is no limit."""

    name: str
    what: str
    unit: str
    value: Callable[[Sample], float]
    must: float
    aim: float
    better: Literal["more", "less"] = "more"
    against_limit: bool = True


@dataclass(frozen=True)
class Row:
    """Contenders with the same to do. ``units`` are enough for some seconds of ours; ``warm_up`` go before."""

    name: str
    contenders: Sequence[Contender]
    judged: Sequence[Judged]
    units: int
    warm_up: int
