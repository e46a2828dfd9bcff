"""Expand: orders may have a channel. The old release neither knows nor fills it."""

import sqlalchemy as sa
from alembic import op

revision = "expand"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.String(length=32)))


def downgrade() -> None:
    op.drop_column("orders", "channel")
