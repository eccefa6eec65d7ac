"""Series with the fate of each date, the waiting list, and who was reminded.

Revision ID: 009
Revises: 008
"""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey

revision = "009"
down_revision = "008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking_series",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column(
            "rhythm",
            sa.Enum("daily", "weekdays", "weekly", "monthly_day", "monthly_weekday", name="rhythm_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("for_organisation_id", BigKey, nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.CheckConstraint("every >= 1", name=op.f("ck_booking_series_every_positive")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_booking_series_created_by_id")),
        sa.ForeignKeyConstraint(["for_organisation_id"], ["organisation.id"], name=op.f("fk_booking_series_for_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_series")),
        sa.UniqueConstraint("created_by_id", "idempotency_key", name=op.f("uq_booking_series_created_by_id_idempotency_key")),
    )
    op.create_index(op.f("ix_booking_series_created_by_id"), "booking_series", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_booking_series_for_organisation_id"), "booking_series", ["for_organisation_id"], unique=False)
    op.create_table(
        "booking_series_date",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("series_id", BigKey, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column(
            "fate",
            sa.Enum("booked", "taken", "left_out", "no_such_time", name="fate_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("booking_id", BigKey, nullable=True),
        sa.CheckConstraint("(booking_id IS NOT NULL) = (fate = 'booked')", name=op.f("ck_booking_series_date_booked_has_booking")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_series_date_booking_id")),
        sa.ForeignKeyConstraint(["series_id"], ["booking_series.id"], name=op.f("fk_booking_series_date_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_series_date")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_booking_series_date_booking_id")),
    )
    op.create_index(op.f("ix_booking_series_date_series_id"), "booking_series_date", ["series_id"], unique=False)
    op.create_table(
        "waiting_wish",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column(
            "standing",
            sa.Enum("waiting", "offered", "accepted", "withdrawn", "lapsed", name="standing_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_id", BigKey, nullable=True),
        sa.Column("booking_id", BigKey, nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_waiting_wish_ends_after_start")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_waiting_wish_quantity_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_waiting_wish_booking_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_waiting_wish_hold_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_waiting_wish_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_waiting_wish_person_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_waiting_wish_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting_wish")),
    )
    op.create_index(op.f("ix_waiting_wish_booking_id"), "waiting_wish", ["booking_id"], unique=False)
    op.create_index(op.f("ix_waiting_wish_hold_id"), "waiting_wish", ["hold_id"], unique=False)
    op.create_index(op.f("ix_waiting_wish_organisation_id"), "waiting_wish", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_waiting_wish_person_id"), "waiting_wish", ["person_id"], unique=False)
    op.create_index(op.f("ix_waiting_wish_resource_id"), "waiting_wish", ["resource_id"], unique=False)
    op.create_index("ix_waiting_wish_standing_created_at", "waiting_wish", ["standing", "created_at"], unique=False)
    op.create_table(
        "booking_reminder",
        sa.Column("booking_id", BigKey, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_reminder_booking_id")),
        sa.PrimaryKeyConstraint("booking_id", "starts_at", name=op.f("pk_booking_reminder")),
    )


def downgrade() -> None:
    for table in ("booking_reminder", "waiting_wish", "booking_series_date", "booking_series"):
        op.drop_table(table)
