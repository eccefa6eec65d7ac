"""What two people decide on a bid that came late.

Revision ID: 014
Revises: 013
"""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey
from procurement.models.tender_guards import late_triggers

revision = "014"
down_revision = "013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "late_bid_decision",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bid_id", BigKey, nullable=False),
        sa.Column("outcome", sa.Enum("admitted", "excluded", name="lateoutcome_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", BigKey, nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", BigKey, nullable=True),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by_id IS NULL)", name=op.f("ck_late_bid_decision_confirmed_whole")),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name=op.f("ck_late_bid_decision_two_people")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_late_bid_decision_bid_id")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_late_bid_decision_confirmed_by_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_late_bid_decision_proposed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_bid_decision")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_late_bid_decision_bid_id")),
    )
    for statement in late_triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
