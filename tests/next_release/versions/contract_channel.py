"""Contract: every order has a channel. Not before the old release is gone, and every old order has one."""

import sqlalchemy as sa
from alembic import op

revision = "contract"
down_revision = "expand"


def upgrade() -> None:
    op.alter_column("orders", "channel", existing_type=sa.String(length=32), nullable=False)


def downgrade() -> None:
    op.alter_column("orders", "channel", existing_type=sa.String(length=32), nullable=True)
