"""Which devices an owner counts as equivalent.

Revision ID: 018
Revises: 017
"""

from alembic import op

revision = "018"
down_revision = "017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place, on SQLite too: nothing is copied, so no trigger is lost.
    op.execute("ALTER TABLE resource ADD COLUMN equivalence VARCHAR NOT NULL DEFAULT ''")


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
