"""How far the server's clock stands from another one.

Revision ID: 015
Revises: 014
"""

import sqlalchemy as sa
from alembic import op

revision = "015"
down_revision = "014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clock_reading",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("ahead_milliseconds", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_clock_reading")),
    )


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
