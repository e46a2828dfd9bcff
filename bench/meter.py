"""Reading processor time around what is measured."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.cpu import cpu_seconds
from bench.row import Sample
from bench.servers import Servers


@dataclass(frozen=True)
class Used:
    """Processor seconds between two readings."""

    own: float
    broker: float
    database: float


class Meter:
    """Reads what a contender's processes and the servers have used since it was made."""

    def __init__(self, servers: Servers, pids: Callable[[], Iterable[int]]) -> None:
        self._servers = servers
        self._pids = pids
        self._began = self._read()

    def used(self) -> Used:
        """Since the beginning."""
        return Used(*(now - then for now, then in zip(self._read(), self._began, strict=True)))

    def sample(self, units: int, seconds: float, **more: float) -> Sample:
        """So many units in so many seconds, and what was used for them."""
        used = self.used()
        return Sample(units, seconds, used.own, used.broker, used.database, more)

    def _read(self) -> tuple[float, float, float]:
        servers = self._servers
        return (
            cpu_seconds(self._pids()),
            cpu_seconds([servers.rabbitmq.pid]),
            cpu_seconds([servers.postgresql.pid]),
        )
