"""Mails with links, and what administrators did."""

import sqlalchemy as sa
from alembic import op

from chassis.store.first_tables import BigKey

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "mails",
        sa.Column("position", BigKey, autoincrement=True, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_mails")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_mails_not_before"), "mails", ["not_before"])
    op.create_table(
        "mailed_links",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("email_key", sa.String(length=254), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mailed_links")),
    )
    op.create_index(op.f("ix_mailed_links_user_id"), "mailed_links", ["user_id"])
    op.create_index(op.f("ix_mailed_links_expires_at"), "mailed_links", ["expires_at"])
    op.create_table(
        "admin_actions",
        sa.Column("position", BigKey, autoincrement=True, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=255), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_admin_actions")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    for table in ("admin_actions", "mailed_links", "mails"):
        op.drop_table(table)
