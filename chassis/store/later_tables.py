"""What was added to the tables that every service has. History: never edited, a change is a new function."""

from typing import Any

import sqlalchemy as sa
from alembic import op


def create_attempts() -> None:
    """Make the table of attempts that are under way alone."""
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("unfinished", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempts")),
    )
    op.create_index(op.f("ix_attempts_began_at"), "attempts", ["began_at"])


def drop_attempts() -> None:
    """Undo it."""
    op.drop_table("attempts")


def create_answers() -> None:
    """Make the table of answers to keyed requests."""
    op.create_table(
        "answers",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64)),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", sa.Text()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_answers")),
    )
    op.create_index(op.f("ix_answers_created_at"), "answers", ["created_at"])


def drop_answers() -> None:
    """Undo it."""
    op.drop_table("answers")


def index_outbox() -> None:
    """Make the indices that lead past the parked rows, and to those that failed."""
    for name, condition in (("ix_outbox_waiting", "parked_at IS NULL"), ("ix_outbox_failing", "reason IS NOT NULL")):
        # On databases without partial indices it is one of all rows.
        conditions = {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
        create_index(name, "outbox", ["position"], **conditions)


def create_index(name: str, table: str, columns: list[str], **more: Any) -> None:
    """Make an index; on PostgreSQL one that was built by hand before, concurrently, is left as it is."""
    by_hand = op.get_bind().dialect.name == "postgresql"
    op.create_index(name, table, columns, if_not_exists=by_hand or None, **more)


def drop_outbox_indices() -> None:
    """Undo it."""
    for name in ("ix_outbox_failing", "ix_outbox_waiting"):
        op.drop_index(name, "outbox")


def add_user_to_answers() -> None:
    """Let the answers say whom they tell of."""
    op.add_column("answers", sa.Column("user_id", sa.BigInteger()))
    create_index(op.f("ix_answers_user_id"), "answers", ["user_id"])


def remove_user_from_answers() -> None:
    """Undo it."""
    op.drop_index(op.f("ix_answers_user_id"), "answers")
    op.drop_column("answers", "user_id")
