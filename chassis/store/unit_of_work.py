"""The unit of work: aggregates, their events and the inbox claims are committed together, or not at all."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection
from uuid_utils.compat import uuid7

from chassis import context
from chassis.observability import tracing
from chassis.observability.metrics import EVENTS_STORED
from chassis.store import answers, inbox, outbox
from chassis.store.repository import Repository
from chassis.store.tables import CommonTables
from events.aggregate import Recorded
from events.envelope import Envelope
from events.event import Event


class UnitOfWork:
    """One transaction. A service's own has its repositories as attributes."""

    def __init__(
        self,
        connection: Connection,
        tables: CommonTables,
        *,
        source: str,
        schemas_url: str,
        now: datetime,
        writes: bool,
    ) -> None:
        #: The one time that everything in this transaction happens at.
        self.now = now
        self._connection = connection
        self._tables = tables
        self._source = source
        self._schemas_url = schemas_url
        self._writes = writes
        self._collected: list[Envelope[Event]] = []
        self._stored: list[Envelope[Event]] = []
        self._answers: list[tuple[str, answers.Answer]] = []

    def claim(self, envelopes: Iterable[Envelope[Event]]) -> set[inbox.Key]:
        """Claim events for this transaction; what is returned is ours to handle."""
        return inbox.claim(self._connection, self._tables.inbox, envelopes, self.now)

    def keep_answer(self, key: str, answer: answers.Answer) -> None:
        """Store the answer with the effect of the request; Conflict, at the end, if the key has one."""
        self._answers.append((key, answer))

    def known_answer(self, key: str) -> answers.Answer | None:
        """The answer that is stored under the key."""
        return answers.known(self._connection, self._tables.answers, key)

    def redact_answers(self, user_id: int, values: dict[str, Any]) -> None:
        """Put these values into every kept answer that tells of the user, in the place of what it says."""
        answers.redact(self._connection, self._tables.answers, user_id, values)

    def collect(self) -> None:
        """Put what the aggregates recorded since the last call under the current context.

        A batch of deliveries calls it after each one, so that every event names its own cause.
        """
        why = context.current()
        self._collected += [
            self._envelope(recorded, why) for each in self._repositories for recorded in each.take_events()
        ]

    def write_changes(self) -> None:
        """Write what has changed, before what is new; StaleAggregate if somebody else has changed it meanwhile."""
        for repository in self._repositories:
            repository.write_changes()

    def write_new(self) -> None:
        """Write new aggregates, events and answers, asking for nothing."""
        self.collect()
        for repository in self._repositories:
            repository.write_new()
        if self._collected:
            outbox.add(self._connection, self._tables.outbox, self._collected, self._schemas_url)
            self.note(self._collected)
        for key, answer in self._answers:
            answers.keep(self._connection, self._tables.answers, key, answer, self.now)
        self._stored += self._collected
        self._collected = []
        self._answers = []

    def tell_again(self, envelopes: Iterable[Envelope[Event]]) -> None:
        """Let events of the past leave once more, as they are: under their own ids."""
        if told := list(envelopes):
            outbox.add(self._connection, self._tables.outbox, told, self._schemas_url)

    def count(self) -> None:
        """Count what was committed: called after that, and never where it was rolled back."""
        for envelope in self._stored:
            EVENTS_STORED.labels(self._source.strip("/"), envelope.type).inc()
        self.count_own(self._stored)

    def count_own(self, envelopes: Sequence[Envelope[Event]]) -> None:
        """Count what else a service counts of its own committed events; nothing, unless it says otherwise."""

    def note(self, envelopes: Sequence[Envelope[Event]]) -> None:
        """Write down what else a service keeps of its own events; nothing, unless it says otherwise."""

    def changed(self) -> list[tuple[str, object]]:
        """Kinds and keys of what was changed here and may be in the cache."""
        return [(each.cached_as, key) for each in self._repositories if each.cached_as for key in each.changed]

    @cached_property
    def _repositories(self) -> list[Repository[Any, Any]]:
        return [value for value in vars(self).values() if isinstance(value, Repository)]

    def _envelope(self, recorded: Recorded, why: context.Context) -> Envelope[Event]:
        with tracing.span(f"create {recorded.event.type}", "producer") as created:
            traceparent = created.traceparent or why.traceparent
        return Envelope(
            event=recorded.event,
            id=str(uuid7()),
            source=self._source,
            time=self.now,
            sequence=recorded.sequence,
            traceparent=traceparent,
            correlation_id=why.correlation_id,
            causation_id=why.causation_id,
        )
