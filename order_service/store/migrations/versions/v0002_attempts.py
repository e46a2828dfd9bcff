"""Attempts at messages that may have killed a worker."""

from chassis.store.later_tables import create_attempts, drop_attempts

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_attempts()


def downgrade() -> None:
    drop_attempts()
