"""Indices for every page of reservations, for the outbox, and for the codes of one user.

PostgreSQL takes no writes to a table while its index is built: about a second for a million rows. Where that is too
long, build it before with CREATE INDEX CONCURRENTLY, under the same name: what is there is left as it is.
"""

from alembic import op

from chassis.store.later_tables import create_index, drop_outbox_indices, index_outbox

revision = "0008"
down_revision = "0007"

PAGES, CODES = "ix_reservations_user_id_order_id", "ix_authorization_codes_user_id"
#: What the first of them makes superfluous.
BEFORE = "ix_reservations_user_id"


def upgrade() -> None:
    index_outbox()
    create_index(op.f(PAGES), "reservations", ["user_id", "order_id"])
    op.drop_index(op.f(BEFORE), "reservations")
    create_index(op.f(CODES), "authorization_codes", ["user_id"])


def downgrade() -> None:
    op.drop_index(op.f(CODES), "authorization_codes")
    op.create_index(op.f(BEFORE), "reservations", ["user_id"])
    op.drop_index(op.f(PAGES), "reservations")
    drop_outbox_indices()
