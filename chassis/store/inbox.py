"""The inbox: the ids of handled events, claimed in the transaction that handles them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from events.envelope import Envelope
from events.event import Event

Key = tuple[str, str]
#: Only these dialects know ON CONFLICT.
INSERTS: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


def claim(session: Session, inbox: Table, envelopes: Iterable[Envelope[Event]], now: datetime) -> set[Key]:
    """Claim these events for this transaction and tell which, by source and id, nobody had claimed before.

    Waits where another transaction is just claiming the same. In one order, so that two workers don't deadlock.
    """
    keys = sorted({(envelope.source, envelope.id) for envelope in envelopes})
    rows = [{"source": source, "event_id": event_id, "handled_at": now} for source, event_id in keys]
    # Not by rowcount: drivers don't agree on what it says here.
    insert = INSERTS[session.get_bind().dialect.name]
    statement = insert(inbox).on_conflict_do_nothing().returning(inbox.c.source, inbox.c.event_id)
    return {(source, event_id) for source, event_id in session.execute(statement, rows)}
