"""Subscriptions: which event leads to which use case. A table, so that it can be read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from chassis.observability import tracing
from events.envelope import Envelope
from events.event import Event

#: A use case that an event leads to. It gets the unit of work open, and never commits it.
UseCase = Callable[[Envelope[Any], Any], None]


@dataclass(frozen=True)
class Subscriptions:
    """All that a worker needs of its service."""

    use_cases: dict[type[Event], UseCase]
    #: Loads, and locks in one order, all that a batch of events will touch.
    preload: Callable[[Sequence[Event], Any], None]
    #: Errors of the domain that no retry can mend: dead letters at once.
    hopeless: tuple[type[Exception], ...]

    def types(self) -> set[str]:
        """The wire types that are handled."""
        return {event.type for event in self.use_cases}

    def handle(self, envelope: Envelope[Event], unit_of_work: Any) -> None:
        """Let one event take its effect."""
        use_case = self.use_cases[type(envelope.event)]
        with tracing.span(getattr(use_case, "__name__", "use case")):
            use_case(envelope, unit_of_work)

    def prepare(self, envelopes: Iterable[Envelope[Event]], unit_of_work: Any) -> None:
        """Load what a batch will touch."""
        self.preload([envelope.event for envelope in envelopes], unit_of_work)
