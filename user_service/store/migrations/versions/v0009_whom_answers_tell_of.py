"""Whom answers to keyed requests tell of."""

from chassis.store.later_tables import add_user_to_answers, remove_user_from_answers

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    add_user_to_answers()


def downgrade() -> None:
    remove_user_from_answers()
