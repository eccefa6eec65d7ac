"""Actual use, blocks with a rolling end, incidents, whom they displace, and who looked at a status.

Revision ID: 006
Revises: 005
"""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey

revision = "006"
down_revision = "005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Enum("incident", "recall", name="incidentkind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_later", sa.Boolean(), nullable=False),
        sa.Column("declared_by_id", BigKey, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("idempotency_key", sa.String(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= started_at", name=op.f("ck_incident_ends_after_start")),
        sa.ForeignKeyConstraint(["declared_by_id"], ["person.id"], name=op.f("fk_incident_declared_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_incident_municipality_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_incident_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_incident_idempotency_key")),
    )
    op.create_index(op.f("ix_incident_declared_by_id"), "incident", ["declared_by_id"], unique=False)
    op.create_index(op.f("ix_incident_ended_at"), "incident", ["ended_at"], unique=False)
    op.create_index(op.f("ix_incident_municipality_id"), "incident", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_incident_organisation_id"), "incident", ["organisation_id"], unique=False)
    op.create_table(
        "resource_use",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("booking_id", BigKey, nullable=True),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("operator", sa.String(), nullable=False),
        sa.Column("order_confirmed", sa.Boolean(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("meter_out", sa.BigInteger(), nullable=True),
        sa.Column("meter_back", sa.BigInteger(), nullable=True),
        sa.Column(
            "fuel_out",
            sa.Enum("none", "empty", "quarter", "half", "three_quarters", "full", name="fuel_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "fuel_back",
            sa.Enum("none", "empty", "quarter", "half", "three_quarters", "full", name="fuel_back_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("condition_out", sa.String(), nullable=False),
        sa.Column("condition_back", sa.String(), nullable=False),
        sa.Column("accessories", sa.JSON(), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("tariff_text", sa.String(), nullable=False),
        sa.Column("entered_later", sa.Boolean(), nullable=False),
        sa.Column("entered_by_id", BigKey, nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("objection", sa.String(), nullable=False),
        sa.Column("objected_by_id", BigKey, nullable=True),
        sa.Column("objected_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("operator <> ''", name=op.f("ck_resource_use_operator_named")),
        sa.CheckConstraint("back_at IS NULL OR back_at >= out_at", name=op.f("ck_resource_use_back_after_out")),
        sa.CheckConstraint("meter_back IS NULL OR meter_out IS NULL OR meter_back >= meter_out", name=op.f("ck_resource_use_meter_runs_forward")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_resource_use_quantity_positive")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_resource_use_booking_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_resource_use_entered_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_resource_use_municipality_id")),
        sa.ForeignKeyConstraint(["objected_by_id"], ["person.id"], name=op.f("fk_resource_use_objected_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_resource_use_organisation_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_use_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_use")),
    )
    op.create_index(op.f("ix_resource_use_booking_id"), "resource_use", ["booking_id"], unique=False)
    op.create_index(op.f("ix_resource_use_entered_by_id"), "resource_use", ["entered_by_id"], unique=False)
    op.create_index(op.f("ix_resource_use_municipality_id"), "resource_use", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_resource_use_objected_by_id"), "resource_use", ["objected_by_id"], unique=False)
    op.create_index(op.f("ix_resource_use_organisation_id"), "resource_use", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_resource_use_out_at"), "resource_use", ["out_at"], unique=False)
    op.create_index("ix_resource_use_resource_id_back_at", "resource_use", ["resource_id", "back_at"], unique=False)
    op.create_table(
        "status_check",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["checked_by_id"], ["person.id"], name=op.f("fk_status_check_checked_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_status_check_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_check")),
    )
    op.create_index(op.f("ix_status_check_checked_by_id"), "status_check", ["checked_by_id"], unique=False)
    op.create_index("ix_status_check_resource_id_checked_at", "status_check", ["resource_id", "checked_at"], unique=False)
    op.create_table(
        "resource_block",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum("incident", "recall", "defect", "test", "limited", name="cause_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by_id", BigKey, nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closure_id", BigKey, nullable=True),
        sa.Column("incident_id", BigKey, nullable=True),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", BigKey, nullable=True),
        sa.CheckConstraint("(cause = 'limited') = (closure_id IS NULL)", name=op.f("ck_resource_block_limited_blocks_nothing")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_resource_block_quantity_positive")),
        sa.ForeignKeyConstraint(["closure_id"], ["closure.id"], name=op.f("fk_resource_block_closure_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_resource_block_incident_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["person.id"], name=op.f("fk_resource_block_lifted_by_id")),
        sa.ForeignKeyConstraint(["reported_by_id"], ["person.id"], name=op.f("fk_resource_block_reported_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_block_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_block")),
        sa.UniqueConstraint("closure_id", name=op.f("uq_resource_block_closure_id")),
    )
    op.create_index(op.f("ix_resource_block_incident_id"), "resource_block", ["incident_id"], unique=False)
    op.create_index(op.f("ix_resource_block_lifted_by_id"), "resource_block", ["lifted_by_id"], unique=False)
    op.create_index(op.f("ix_resource_block_reported_by_id"), "resource_block", ["reported_by_id"], unique=False)
    op.create_index("ix_resource_block_resource_id_lifted_at", "resource_block", ["resource_id", "lifted_at"], unique=False)
    op.create_table(
        "use_photo",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("use_id", BigKey, nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("side", sa.Enum("out", "back", name="side_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_use_photo_file_id")),
        sa.ForeignKeyConstraint(["use_id"], ["resource_use.id"], name=op.f("fk_use_photo_use_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_use_photo")),
    )
    op.create_index(op.f("ix_use_photo_file_id"), "use_photo", ["file_id"], unique=False)
    op.create_index(op.f("ix_use_photo_use_id"), "use_photo", ["use_id"], unique=False)
    op.create_table(
        "displacement",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("block_id", BigKey, nullable=False),
        sa.Column("booking_id", BigKey, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "effect", sa.Enum("displaced", "recalled", "warned", name="effect_known", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["accepted_id"], ["booking.id"], name=op.f("fk_displacement_accepted_id")),
        sa.ForeignKeyConstraint(["block_id"], ["resource_block.id"], name=op.f("fk_displacement_block_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_displacement_booking_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_displacement_person_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_displacement_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_displacement")),
        sa.UniqueConstraint("block_id", "booking_id", "resource_id", "effect", name=op.f("uq_displacement_block_id_booking_id_resource_id_effect")),
    )
    op.create_index(op.f("ix_displacement_accepted_id"), "displacement", ["accepted_id"], unique=False)
    op.create_index(op.f("ix_displacement_booking_id"), "displacement", ["booking_id"], unique=False)
    op.create_index(op.f("ix_displacement_person_id"), "displacement", ["person_id"], unique=False)
    op.create_index(op.f("ix_displacement_resource_id"), "displacement", ["resource_id"], unique=False)
    op.create_table(
        "incident_item",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("incident_id", BigKey, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column(
            "release",
            sa.Enum("own", "asked", "given", "phoned", "refused", name="release_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("released_by_id", BigKey, nullable=True),
        sa.Column("released_by_name", sa.String(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("block_id", BigKey, nullable=True),
        sa.CheckConstraint("block_id IS NULL OR release IN ('own', 'given', 'phoned')", name=op.f("ck_incident_item_blocks_when_released")),
        sa.CheckConstraint("release <> 'phoned' OR released_by_name <> ''", name=op.f("ck_incident_item_phoned_by_somebody")),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_incident_item_quantity_positive")),
        sa.ForeignKeyConstraint(["block_id"], ["resource_block.id"], name=op.f("fk_incident_item_block_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_item_incident_id")),
        sa.ForeignKeyConstraint(["released_by_id"], ["person.id"], name=op.f("fk_incident_item_released_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_incident_item_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_item")),
        sa.UniqueConstraint("incident_id", "resource_id", name=op.f("uq_incident_item_incident_id_resource_id")),
    )
    op.create_index(op.f("ix_incident_item_block_id"), "incident_item", ["block_id"], unique=False)
    op.create_index(op.f("ix_incident_item_released_by_id"), "incident_item", ["released_by_id"], unique=False)
    op.create_index(op.f("ix_incident_item_resource_id"), "incident_item", ["resource_id"], unique=False)
    # ### end Alembic commands ###


def downgrade() -> None:
    for table in ("incident_item", "displacement", "use_photo", "resource_block", "status_check", "resource_use", "incident"):
        op.drop_table(table)
