"""A firm may hand in a variant beside its main bid, where the documents admit it.

Revision ID: 017
Revises: 016
"""

import sqlalchemy as sa
from alembic import op

from procurement.models.tender_guards import variant_triggers

revision = "017"
down_revision = "016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain words: a table with triggers gets its column in place, on both engines.
    op.execute("ALTER TABLE bid ADD COLUMN variant INTEGER NOT NULL DEFAULT 0")
    op.drop_index("uq_bid_counting", table_name="bid")
    counting = sa.text("stage = 'handed_in'")
    op.create_index("uq_bid_counting", "bid", ["invitation_id", "variant"], unique=True, sqlite_where=counting, postgresql_where=counting)
    with op.batch_alter_table("bid_draft") as table:
        table.add_column(sa.Column("variant", sa.Integer(), nullable=False, server_default="0"))
        table.drop_constraint("uq_bid_draft_invitation_id", type_="unique")
        table.create_unique_constraint("uq_bid_draft_invitation_id_variant", ["invitation_id", "variant"])
    for statement in variant_triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
