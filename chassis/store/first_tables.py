"""The first form of the tables that every service has. History: never edited, a change is a new function."""

import sqlalchemy as sa
from alembic import op

#: A key that counts up by itself; SQLite does so only for its own INTEGER.
BigKey = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_messaging_tables() -> None:
    """Make outbox, inbox and lease."""
    op.create_table(
        "inbox",
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", "event_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_handled_at"), "inbox", ["handled_at"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "outbox",
        sa.Column("position", BigKey, autoincrement=True, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("type", sa.String(length=100), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("first_failed_at", sa.Double()),
        sa.Column("not_before", sa.Double()),
        sa.Column("parked_at", sa.Double()),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_outbox")),
        sqlite_autoincrement=True,
    )
    leases = sa.table("lease", sa.column("name"), sa.column("owner"), sa.column("expires_at"))
    op.bulk_insert(leases, [{"name": "relay", "owner": "", "expires_at": 0.0}])


def drop_messaging_tables() -> None:
    """Undo it."""
    for name in ("outbox", "lease", "inbox"):
        op.drop_table(name)
