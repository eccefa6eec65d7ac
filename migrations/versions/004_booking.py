"""Booking: fleet, bookings, planned occupancy and its guards, calendar entries and feeds.

Revision ID: 004
Revises: 003
"""

import sqlalchemy as sa
from alembic import op

from booking.models.guards import POSTGRESQL, SQLITE
from commons.database import BigKey, UtcTime

revision = "004"
down_revision = "003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "resource_category",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_category")),
        sa.UniqueConstraint("key", name=op.f("uq_resource_category_key")),
        sa.UniqueConstraint("name", name=op.f("uq_resource_category_name")),
    )
    op.create_table(
        "site",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("opening", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_site_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site")),
        sa.UniqueConstraint("name", name=op.f("uq_site_name")),
    )
    op.create_index(op.f("ix_site_organisation_id"), "site", ["organisation_id"], unique=False)
    op.create_table(
        "booking",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "requested",
                "confirmed",
                "declined",
                "cancelled",
                "lapsed",
                "out",
                "returned",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("for_organisation_id", BigKey, nullable=False),
        sa.Column("for_municipality_id", BigKey, nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("decided_by_id", BigKey, nullable=True),
        sa.Column("decided_at", UtcTime(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_booking_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_booking_created_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_booking_decided_by_id")),
        sa.ForeignKeyConstraint(["for_municipality_id"], ["municipality.id"], name=op.f("fk_booking_for_municipality_id")),
        sa.ForeignKeyConstraint(["for_organisation_id"], ["organisation.id"], name=op.f("fk_booking_for_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
        sa.UniqueConstraint("created_by_id", "idempotency_key", name=op.f("uq_booking_created_by_id_idempotency_key")),
    )
    op.create_index(op.f("ix_booking_created_by_id"), "booking", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_booking_decided_by_id"), "booking", ["decided_by_id"], unique=False)
    op.create_index(op.f("ix_booking_ends_at"), "booking", ["ends_at"], unique=False)
    op.create_index(op.f("ix_booking_for_municipality_id"), "booking", ["for_municipality_id"], unique=False)
    op.create_index(op.f("ix_booking_for_organisation_id"), "booking", ["for_organisation_id"], unique=False)
    op.create_index("ix_booking_stage_starts_at", "booking", ["stage", "starts_at"], unique=False)
    op.create_table(
        "calendar_feed",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column(
            "scope",
            sa.Enum(
                "mine", "resource", "organisation", "municipality", "category", name="feedscope_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("scope_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Enum("full", "busy", name="feeddetail_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_used_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
    )
    op.create_index(op.f("ix_calendar_feed_person_id"), "calendar_feed", ["person_id"], unique=False)
    op.create_table(
        "hold",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hold_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_expires_at"), "hold", ["expires_at"], unique=False)
    op.create_index(op.f("ix_hold_person_id"), "hold", ["person_id"], unique=False)
    op.create_table(
        "resource",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum("single", "pool", "kit", name="kind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("owner_id", BigKey, nullable=False),
        sa.Column("category_id", BigKey, nullable=False),
        sa.Column("site_id", BigKey, nullable=False),
        sa.Column("readiness_class", sa.Enum("A", "B", "C", name="readinessclass_known", native_enum=False, create_constraint=True, length=40), nullable=True),
        sa.Column("min_standby", sa.Integer(), nullable=False),
        sa.Column("features", sa.JSON(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("key_place", sa.String(), nullable=False),
        sa.Column("required_qualifications", sa.JSON(), nullable=False),
        sa.Column("meter", sa.String(), nullable=False),
        sa.Column("tariff_text", sa.String(), nullable=False),
        sa.Column("measure_number", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("buffer_before_min", sa.Integer(), nullable=False),
        sa.Column("buffer_after_min", sa.Integer(), nullable=False),
        sa.Column(
            "approval_by",
            sa.Enum(
                "administration",
                "brigade_chief",
                "building_yard_head",
                "equipment_officer",
                "municipal_fire_chief",
                name="approver_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("request_blocks", sa.Boolean(), nullable=False),
        sa.Column("notice_minutes", sa.Integer(), nullable=False),
        sa.Column("advance_days", sa.Integer(), nullable=True),
        sa.Column("longest_minutes", sa.Integer(), nullable=True),
        sa.Column("retired_at", UtcTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind = 'pool' OR quantity <= 1", name=op.f("ck_resource_only_pools_count")),
        sa.CheckConstraint("buffer_before_min >= 0 AND buffer_after_min >= 0", name=op.f("ck_resource_buffers_not_negative")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_resource_quantity_not_negative")),
        sa.ForeignKeyConstraint(["category_id"], ["resource_category.id"], name=op.f("fk_resource_category_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_resource_owner_id")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_resource_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("key", name=op.f("uq_resource_key")),
    )
    op.create_index(op.f("ix_resource_category_id"), "resource", ["category_id"], unique=False)
    op.create_index(op.f("ix_resource_owner_id"), "resource", ["owner_id"], unique=False)
    op.create_index(op.f("ix_resource_site_id"), "resource", ["site_id"], unique=False)
    op.create_table(
        "booking_item",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("booking_id", BigKey, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "approval", sa.Enum("not_needed", "pending", "given", name="approval_known", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("tariff_text", sa.String(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_booking_item_quantity_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_booking_item_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_booking_item_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_item")),
        sa.UniqueConstraint("booking_id", "resource_id", name=op.f("uq_booking_item_booking_id_resource_id")),
    )
    op.create_index(op.f("ix_booking_item_resource_id"), "booking_item", ["resource_id"], unique=False)
    op.create_table(
        "calendar_entry",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("booking_id", BigKey, nullable=False),
        sa.Column("resource_id", BigKey, nullable=True),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_calendar_entry_booking_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_calendar_entry_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_entry")),
        sa.UniqueConstraint("uid", name=op.f("uq_calendar_entry_uid")),
    )
    op.create_index("ix_calendar_entry_booking_id_resource_id", "calendar_entry", ["booking_id", "resource_id"], unique=True)
    op.create_index(op.f("ix_calendar_entry_resource_id"), "calendar_entry", ["resource_id"], unique=False)
    op.create_table(
        "closure",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.Column("lifted_at", UtcTime(), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_closure_ends_after_start")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_closure_created_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_closure_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index(op.f("ix_closure_created_by_id"), "closure", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_closure_resource_id"), "closure", ["resource_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("interval_months", sa.Integer(), nullable=True),
        sa.Column("after_use", sa.Boolean(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_inspection_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint("resource_id", "key", name=op.f("uq_inspection_resource_id_key")),
    )
    op.create_index(op.f("ix_inspection_resource_id"), "inspection", ["resource_id"], unique=False)
    op.create_table(
        "resource_part",
        sa.Column("whole_id", BigKey, nullable=False),
        sa.Column("part_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_resource_part_quantity_positive")),
        sa.CheckConstraint("whole_id <> part_id", name=op.f("ck_resource_part_not_itself")),
        sa.ForeignKeyConstraint(["part_id"], ["resource.id"], name=op.f("fk_resource_part_part_id")),
        sa.ForeignKeyConstraint(["whole_id"], ["resource.id"], name=op.f("fk_resource_part_whole_id")),
        sa.PrimaryKeyConstraint("whole_id", "part_id", name=op.f("pk_resource_part")),
    )
    op.create_index(op.f("ix_resource_part_part_id"), "resource_part", ["part_id"], unique=False)
    op.create_table(
        "occupancy",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("starts_at", UtcTime(), nullable=False),
        sa.Column("ends_at", UtcTime(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("exclusive", sa.Boolean(), nullable=False),
        sa.Column("booking_id", BigKey, nullable=True),
        sa.Column("closure_id", BigKey, nullable=True),
        sa.Column("hold_id", BigKey, nullable=True),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.CheckConstraint(
            "CASE WHEN booking_id IS NULL THEN 0 ELSE 1 END + CASE WHEN closure_id IS NULL THEN 0 ELSE 1 END + CASE WHEN hold_id IS NULL THEN 0 ELSE 1 END = 1",
            name=op.f("ck_occupancy_one_claim"),
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occupancy_ends_after_start")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_occupancy_quantity_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_occupancy_booking_id")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_occupancy_closure_id")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_occupancy_hold_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_occupancy_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_occupancy")),
    )
    op.create_index(op.f("ix_occupancy_booking_id"), "occupancy", ["booking_id"], unique=False)
    op.create_index(op.f("ix_occupancy_closure_id"), "occupancy", ["closure_id"], unique=False)
    op.create_index(
        "ix_occupancy_expires_at",
        "occupancy",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("expires_at IS NOT NULL"),
        sqlite_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_occupancy_hold_id"), "occupancy", ["hold_id"], unique=False)
    op.create_index("ix_occupancy_resource_id_ends_at", "occupancy", ["resource_id", "ends_at"], unique=False)
    op.create_index("ix_occupancy_resource_id_starts_at", "occupancy", ["resource_id", "starts_at", "ends_at", "expires_at"], unique=False)
    for statement in SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL:
        op.execute(statement)


def downgrade() -> None:
    for table in (
        "occupancy",
        "resource_part",
        "inspection",
        "closure",
        "calendar_entry",
        "booking_item",
        "resource",
        "hold",
        "calendar_feed",
        "booking",
        "site",
        "resource_category",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION check_pool_peak")
