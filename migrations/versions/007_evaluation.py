"""Who called for a draw among equal bids.

Revision ID: 007
Revises: 006
"""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey

revision = "007"
down_revision = "006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draw_call",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_by_id", BigKey, nullable=False),
        sa.Column("bidders", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["called_by_id"], ["person.id"], name=op.f("fk_draw_call_called_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_draw_call_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_call")),
    )
    op.create_index(op.f("ix_draw_call_tender_id"), "draw_call", ["tender_id"], unique=False)


def downgrade() -> None:
    op.drop_table("draw_call")
