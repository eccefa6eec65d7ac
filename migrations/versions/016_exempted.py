"""Small lots that left the EU regime are bought in a procurement of their own.

Revision ID: 016
Revises: 015
"""

from alembic import op

revision = "016"
down_revision = "015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Plain words: SQLite adds a column with its reference in place, without copying the table and losing its triggers.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE tender ADD COLUMN exempted_from_id {kind} CONSTRAINT fk_tender_exempted_from_id REFERENCES tender (id)")
    op.create_index(op.f("ix_tender_exempted_from_id"), "tender", ["exempted_from_id"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
