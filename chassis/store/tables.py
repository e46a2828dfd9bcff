"""The tables that every service has beside its own: outbox, inbox, attempts and the relay's lease."""

from dataclasses import dataclass

from sqlalchemy import Column, Double, Integer, LargeBinary, MetaData, String, Table, Text

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
    """Outbox, inbox, attempts and lease of one service."""

    metadata: MetaData
    outbox: Table
    inbox: Table
    attempts: Table
    lease: Table


def common_tables(metadata: MetaData) -> CommonTables:
    """Add the tables to the service's metadata."""
    return CommonTables(metadata, _outbox(metadata), _inbox(metadata), _attempts(metadata), _lease(metadata))


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
        # A position is never given twice.
        sqlite_autoincrement=True,
    )


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
