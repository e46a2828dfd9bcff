"""Outbox rows that could not be published: seen, and sent again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Table, func, select, update

from chassis.store.reading import chunks


@dataclass(frozen=True)
class FailingRow:
    """An event that the broker would not take."""

    event_id: str
    type: str
    subject: str
    time: datetime
    bytes: int
    attempts: int
    #: ``too large: … bytes``, ``unroutable`` or ``refused``.
    reason: str
    #: None while the relay still tries.
    parked_at: datetime | None


def failing(connection: Connection, outbox: Table) -> list[FailingRow]:
    """The rows that are parked, and those that are on their way to it, oldest first."""
    names = ("event_id", "type", "subject", "time", "attempts", "reason", "parked_at")
    query = (
        select(*(outbox.c[name] for name in names), func.length(outbox.c.body).label("bytes"))
        .where(outbox.c.reason.is_not(None))
        .order_by(outbox.c.position)
    )
    return [
        FailingRow(
            event_id=row.event_id,
            type=row.type,
            subject=row.subject,
            time=row.time,
            bytes=row.bytes,
            attempts=row.attempts,
            reason=row.reason or "",
            parked_at=datetime.fromtimestamp(row.parked_at, UTC) if row.parked_at is not None else None,
        )
        for row in connection.execute(query)
    ]


def resend(connection: Connection, outbox: Table, event_ids: Iterable[str]) -> int:
    """Let these parked rows leave as if they were new, and tell how many there were."""
    new = update(outbox).values(parked_at=None, attempts=0, first_failed_at=None, not_before=None, reason=None)
    parked = outbox.c.reason.is_not(None) & outbox.c.parked_at.is_not(None)
    # A statement takes only so many parameters.
    return sum(
        connection.execute(new.where(parked, outbox.c.event_id.in_(some))).rowcount for some in chunks(event_ids)
    )
