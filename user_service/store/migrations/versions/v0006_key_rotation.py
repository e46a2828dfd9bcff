"""Several signing keys, one after the other."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("signing_keys") as table:
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("signs_from", sa.DateTime(timezone=True)))
        table.drop_constraint(op.f("uq_signing_keys_purpose"), type_="unique")
        table.drop_column("purpose")
    op.execute("UPDATE signing_keys SET signs_from = created_at")
    with op.batch_alter_table("signing_keys") as table:
        table.alter_column("number", existing_type=sa.Integer(), nullable=False, server_default=None)
        table.alter_column("signs_from", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.create_unique_constraint(op.f("uq_signing_keys_number"), ["number"])


def downgrade() -> None:
    # MySQL removes nothing from a table that the condition reads, unless it reads a copy.
    newest = "SELECT newest FROM (SELECT max(number) AS newest FROM signing_keys) AS numbers"
    op.execute(f"DELETE FROM signing_keys WHERE number < ({newest})")  # nosec B608 # noqa: S608 - both parts are ours
    with op.batch_alter_table("signing_keys") as table:
        table.add_column(sa.Column("purpose", sa.String(length=16), nullable=False, server_default="sign"))
        table.drop_constraint(op.f("uq_signing_keys_number"), type_="unique")
        table.drop_column("signs_from")
        table.drop_column("number")
    with op.batch_alter_table("signing_keys") as table:
        table.alter_column("purpose", existing_type=sa.String(length=16), nullable=False, server_default=None)
        table.create_unique_constraint(op.f("uq_signing_keys_purpose"), ["purpose"])
