"""Documents say how many variants a firm may hand in; those that admitted variants before admitted one.

Revision ID: 020
Revises: 019
"""

from alembic import op

from procurement.models.tender_guards import variants_max_triggers

revision = "020"
down_revision = "019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place, on SQLite too: nothing is copied, so no trigger is lost.
    op.execute("ALTER TABLE tender_version ADD COLUMN variants_max INTEGER")
    op.execute("UPDATE tender_version SET variants_max = 1 WHERE variants_admitted")
    for statement in variants_max_triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
