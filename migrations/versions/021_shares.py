"""Say of a pool whether its keeper is asked once somebody takes more than the own share.

Revision ID: 021
Revises: 020
"""

import sqlalchemy as sa
from alembic import op

revision = "021"
down_revision = "020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A plain column, without a batch: SQLite keeps the table and with it every trigger that reads it.
    op.add_column("resource", sa.Column("asks_beyond_share", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("resource", "asks_beyond_share")
