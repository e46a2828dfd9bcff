"""The inbox: the ids of handled events, claimed in the transaction that handles them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Table

from chassis.store.dialects import insert_new
from events.envelope import Envelope
from events.event import Event

Key = tuple[str, str]


def claim(connection: Connection, inbox: Table, envelopes: Iterable[Envelope[Event]], now: datetime) -> set[Key]:
    """Claim these events for this transaction and tell which, by source and id, nobody had claimed before.

    Waits where another transaction is just claiming the same. In one order, so that two workers don't deadlock.
    """
    keys = sorted({(envelope.source, envelope.id) for envelope in envelopes})
    rows = [{"source": source, "event_id": event_id, "handled_at": now} for source, event_id in keys]
    return {(source, event_id) for source, event_id in insert_new(connection, inbox, rows)}
