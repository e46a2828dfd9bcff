"""The transactional outbox: events are stored with the change that caused them, and leave after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Delete, Select, Table, bindparam, delete, func, or_, select, update

from chassis.store.clock import clock_seconds
from chassis.store.dialects import among, insert_all
from events.catalogue import entry
from events.envelope import Envelope, encode
from events.event import Event


@dataclass(frozen=True)
class OutboxRow:
    """An event that waits, as the bytes that will be sent."""

    position: int
    event_id: str
    type: str
    subject: str
    time: datetime
    body: bytes
    attempts: int
    #: For how long it has been failing, in seconds; 0 if it never did.
    failing_seconds: float


@dataclass(frozen=True)
class OutboxState:
    """What an operator asks of an outbox."""

    waiting: int
    oldest: datetime | None
    parked: int


def add(connection: Connection, outbox: Table, envelopes: Sequence[Envelope[Event]], schemas_url: str) -> None:
    """Store the events in the connection's transaction, each in every version that it is told in."""
    rows = [
        {
            "event_id": envelope.id,
            "type": event_type,
            "subject": envelope.subject,
            "time": envelope.time,
            "body": encode(envelope, schemas_url, event_type),
        }
        for envelope in envelopes
        for event_type in entry(envelope.type).told_types
    ]
    insert_all(connection, outbox, rows)


def waiting(connection: Connection, outbox: Table, limit: int) -> list[OutboxRow]:
    """The oldest rows that may leave now.

    Chosen by 'still here', never by a cursor: a row with a lower position may be committed later.
    """
    rows = connection.execute(_waiting(outbox), {"limit": limit})
    return [OutboxRow(*tuple(row)) for row in rows]


@cache
def _waiting(outbox: Table) -> Select[Any]:
    columns = (outbox.c[name] for name in ("position", "event_id", "type", "subject", "time", "body", "attempts"))
    failing = func.coalesce(clock_seconds() - outbox.c.first_failed_at, 0.0)
    due = or_(outbox.c.not_before.is_(None), outbox.c.not_before <= clock_seconds())
    query = select(*columns, failing).where(outbox.c.parked_at.is_(None), due)
    return query.order_by(outbox.c.position).limit(bindparam("limit"))


def removal(outbox: Table, dialect: str, *only_if: ColumnElement[bool]) -> Delete:
    """What forgets the rows at the parameter ``positions``, if these conditions hold."""
    return delete(outbox).where(among(outbox.c.position, "positions", dialect), *only_if)


def postpone(connection: Connection, outbox: Table, row: OutboxRow, pause_seconds: float, reason: str) -> None:
    """Let a row wait; those behind it go on."""
    connection.execute(
        update(outbox)
        .where(outbox.c.position == row.position)
        .values(
            attempts=row.attempts + 1,
            first_failed_at=func.coalesce(outbox.c.first_failed_at, clock_seconds()),
            not_before=clock_seconds() + pause_seconds,
            reason=reason,
        )
    )


def park(connection: Connection, outbox: Table, row: OutboxRow, reason: str) -> None:
    """Set a row aside until an operator sends it again."""
    connection.execute(
        update(outbox)
        .where(outbox.c.position == row.position)
        .values(attempts=row.attempts + 1, parked_at=clock_seconds(), reason=reason)
    )


def state(connection: Connection, outbox: Table) -> OutboxState:
    """How many wait, since when, and how many are parked."""
    waits = outbox.c.parked_at.is_(None)
    # Who failed has a reason: by that the few are found among the many.
    parked = outbox.c.reason.is_not(None), ~waits
    row = connection.execute(
        select(
            select(func.count()).select_from(outbox).where(waits).scalar_subquery(),
            select(outbox.c.time).where(waits).order_by(outbox.c.position).limit(1).scalar_subquery(),
            select(func.count()).select_from(outbox).where(*parked).scalar_subquery(),
        )
    ).one()
    return OutboxState(*row)
