"""What an audit asks of every service's store: which events wait, which are parked, which were claimed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from chassis.store.reading import among, every
from chassis.store.store import Store


@dataclass(frozen=True)
class ParkedEvent:
    """An event that stays in the outbox until an operator sends it again."""

    event_id: str
    type: str
    subject: str
    reason: str | None


def parked(store: Store[Any]) -> Iterator[ParkedEvent]:
    """Every event that is parked in the outbox."""
    columns = store.tables.outbox.c
    query = select(columns.position, columns.event_id, columns.type, columns.subject, columns.reason)
    for row in every(
        store, query.where(columns.reason.is_not(None), columns.parked_at.is_not(None)), columns.position
    ):
        yield ParkedEvent(*tuple(row)[1:])


def waiting_subjects(store: Store[Any], types: Collection[str]) -> Iterator[str]:
    """The subjects of the events of these types that will leave the outbox by themselves."""
    columns = store.tables.outbox.c
    query = select(columns.position, columns.subject).where(columns.parked_at.is_(None), columns.type.in_(types))
    for row in every(store, query, columns.position):
        yield row.subject


def claimed(store: Store[Any], source: str, event_ids: Iterable[str]) -> set[str]:
    """Those of these events that the service has claimed, and still remembers."""
    columns = store.tables.inbox.c
    query = select(columns.event_id).where(columns.source == source)
    return {row.event_id for row in among(store, query, columns.event_id, event_ids)}
