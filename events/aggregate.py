"""What every aggregate does with its events: count them, and keep them until the store takes them along."""

from dataclasses import dataclass, field
from typing import cast

from events.event import Event


@dataclass(frozen=True)
class Recorded:
    """An event with its number among the events of its subject."""

    event: Event
    sequence: int


@dataclass(eq=False, kw_only=True)
class Aggregate:
    """A consistency boundary. What it records is published if, and only if, its change is committed."""

    #: How many events it ever recorded.
    sequence: int = field(default_factory=int, init=False)

    def record(self, event: Event) -> None:
        """Tell the world, once the change is committed."""
        self.sequence += 1
        self._recorded.append(Recorded(event, self.sequence))

    def take_events(self) -> list[Recorded]:
        """The events recorded since the last call, oldest first."""
        taken = list(self._recorded)
        self._recorded.clear()
        return taken

    @property
    def _recorded(self) -> list[Recorded]:
        # Not set in the constructor: what a database loads is made without it.
        return cast("list[Recorded]", self.__dict__.setdefault("recorded_events", []))
