"""What was added to the tables that every service has. History: never edited, a change is a new function."""

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
