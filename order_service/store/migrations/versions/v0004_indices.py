"""Indices for every page of orders, and for the outbox.

PostgreSQL takes no writes to a table while its index is built: about a second for a million rows. Where that is too
long, build it before with CREATE INDEX CONCURRENTLY, under the same name: what is there is left as it is.
"""

from alembic import op

from chassis.store.later_tables import create_index, drop_outbox_indices, index_outbox

revision = "0004"
down_revision = "0003"

NAME, COLUMNS = "ix_orders_user_id_status_created_at_id", ["user_id", "status", "created_at", "id"]


def upgrade() -> None:
    index_outbox()
    create_index(op.f(NAME), "orders", COLUMNS)


def downgrade() -> None:
    op.drop_index(op.f(NAME), "orders")
    drop_outbox_indices()
