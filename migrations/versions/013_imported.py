"""Bookings that came in from a calendar file or a sheet.

Revision ID: 013
Revises: 012
"""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey

revision = "013"
down_revision = "012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_booking",
        sa.Column("booking_id", BigKey, nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_imported_booking_booking_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_imported_booking_file_id")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("pk_imported_booking")),
        sa.UniqueConstraint("uid", "starts_at", name=op.f("uq_imported_booking_uid_starts_at")),
    )
    op.create_index(op.f("ix_imported_booking_file_id"), "imported_booking", ["file_id"], unique=False)


def downgrade() -> None:
    op.drop_table("imported_booking")
