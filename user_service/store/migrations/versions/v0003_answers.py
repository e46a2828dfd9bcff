"""Answers to keyed requests."""

from chassis.store.later_tables import create_answers, drop_answers

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_answers()


def downgrade() -> None:
    drop_answers()
