"""The tables that every service has beside its own: for its messaging, and for keyed requests."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, Column, Double, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

from chassis.store.sweep import Retention
from chassis.store.types import BigKey, Utc

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True)
class CommonTables:
    """Outbox, inbox, attempts, lease and answers of one service."""

    metadata: MetaData
    outbox: Table
    inbox: Table
    attempts: Table
    lease: Table
    answers: Table
    #: The service's own tables whose rows are of use for a time.
    retained: tuple[Retention, ...] = ()


def common_tables(metadata: MetaData) -> CommonTables:
    """Add the tables to the service's metadata."""
    return CommonTables(
        metadata,
        outbox=_outbox(metadata),
        inbox=_inbox(metadata),
        attempts=_attempts(metadata),
        lease=_lease(metadata),
        answers=_answers(metadata),
    )


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        # Positions are given before the commit: one may become visible after a higher one.
        Column("position", BigKey, primary_key=True, autoincrement=True),
        Column("event_id", String(36), nullable=False),
        Column("type", String(100), nullable=False),
        Column("subject", String(64), nullable=False),
        Column("time", Utc, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("first_failed_at", Double),
        Column("not_before", Double),
        Column("parked_at", Double),
        Column("reason", Text),
        # Past what is parked, however much that is; and to what failed, however much waits.
        _partial("ix_outbox_waiting", "position", "parked_at IS NULL"),
        _partial("ix_outbox_failing", "position", "reason IS NOT NULL"),
        # A position is never given twice.
        sqlite_autoincrement=True,
    )


def _partial(name: str, column: str, condition: str) -> Index:
    return Index(name, column, postgresql_where=text(condition), sqlite_where=text(condition))


def _inbox(metadata: MetaData) -> Table:
    return Table(
        "inbox",
        metadata,
        Column("source", String(255), primary_key=True),
        Column("event_id", String(255), primary_key=True),
        Column("handled_at", Utc, nullable=False, index=True),
    )


def _attempts(metadata: MetaData) -> Table:
    return Table(
        "attempts",
        metadata,
        Column("key", String(64), primary_key=True),
        Column("unfinished", Integer, nullable=False),
        Column("began_at", Utc, nullable=False, index=True),
    )


def _lease(metadata: MetaData) -> Table:
    return Table(
        "lease",
        metadata,
        Column("name", String(32), primary_key=True),
        Column("owner", String(64), nullable=False),
        Column("expires_at", Double, nullable=False),
    )


def _answers(metadata: MetaData) -> Table:
    return Table(
        "answers",
        metadata,
        # Keys and requests as hashes: what was sent can't be read here.
        Column("key", String(64), primary_key=True),
        Column("request", String(64)),
        Column("status", Integer),
        Column("headers", Text),
        Column("body", LargeBinary),
        Column("created_at", Utc, nullable=False, index=True),
        # Whom the body tells of.
        Column("user_id", BigInteger, index=True),
    )
