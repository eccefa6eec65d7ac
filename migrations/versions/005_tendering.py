"""The tables from the tender to the award: suppliers, documents, sealed bids, keys, evaluation, award, record."""

import sqlalchemy as sa
from alembic import op

from commons.append_only import unchanging
from commons.database import BigKey
from procurement.models.tender_guards import UNCHANGING, triggers

revision = "005"
down_revision = "004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "officer_key",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("locked", sa.LargeBinary(), nullable=False),
        sa.Column("locked_by_sheet", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_officer_key_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officer_key")),
    )
    op.create_index(op.f("ix_officer_key_person_id"), "officer_key", ["person_id"], unique=False)
    op.create_index(
        "uq_officer_key_in_use",
        "officer_key",
        ["person_id"],
        unique=True,
        sqlite_where=sa.text("retired_at IS NULL"),
        postgresql_where=sa.text("retired_at IS NULL"),
    )
    op.create_table(
        "supplier",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("street", sa.String(), nullable=True),
        sa.Column("postcode", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("vat_number", sa.String(), nullable=True),
        sa.Column("pq_number", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_supplier_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("email", name=op.f("uq_supplier_email")),
    )
    op.create_index(op.f("ix_supplier_name"), "supplier", ["name"], unique=False)
    op.create_table(
        "supplier_category",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("supplier_id", BigKey, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_category_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_category")),
        sa.UniqueConstraint("supplier_id", "name", name=op.f("uq_supplier_category_supplier_id_name")),
    )
    op.create_index(op.f("ix_supplier_category_name"), "supplier_category", ["name"], unique=False)
    op.create_index(op.f("ix_supplier_category_supplier_id"), "supplier_category", ["supplier_id"], unique=False)
    op.create_table(
        "supplier_remark",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("supplier_id", BigKey, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_remark_supplier_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_supplier_remark_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_remark")),
    )
    op.create_index(op.f("ix_supplier_remark_supplier_id"), "supplier_remark", ["supplier_id"], unique=False)
    op.create_table(
        "tender",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("lead_municipality_id", BigKey, nullable=False),
        sa.Column("kind", sa.Enum("supplies", "services", "works", name="kind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("goods", sa.String(), nullable=False),
        sa.Column("grouping_reason", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("is_framework", sa.Boolean(), nullable=False),
        sa.Column(
            "procedure",
            sa.Enum("direct", "negotiated", "restricted", "open", "eu", name="procedure_known", native_enum=False, create_constraint=True, length=40),
            nullable=True,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "published",
                "opened",
                "evaluated",
                "awarded",
                "cancelled",
                name="tenderstage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated_net", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_reason", sa.String(), nullable=True),
        sa.Column("binding_until", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_reason", sa.JSON(), nullable=True),
        sa.Column("cancel_reason", sa.String(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follows_id", BigKey, nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("draw_seed_hash", sa.String(), nullable=True),
        sa.Column("draw_seed_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("draw_seed", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.CheckConstraint("stage <> 'cancelled' OR cancel_reason IS NOT NULL", name=op.f("ck_tender_cancelled_with_reason")),
        sa.CheckConstraint("stage <> 'published' OR deadline IS NOT NULL", name=op.f("ck_tender_deadline_known")),
        sa.CheckConstraint("stage IN ('draft', 'cancelled') OR procedure IS NOT NULL", name=op.f("ck_tender_procedure_decided")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_tender_bundle_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_tender_created_by_id")),
        sa.ForeignKeyConstraint(["follows_id"], ["tender.id"], name=op.f("fk_tender_follows_id")),
        sa.ForeignKeyConstraint(["lead_municipality_id"], ["municipality.id"], name=op.f("fk_tender_lead_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender")),
    )
    op.create_index(op.f("ix_tender_bundle_id"), "tender", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_tender_follows_id"), "tender", ["follows_id"], unique=False)
    op.create_index(op.f("ix_tender_lead_municipality_id"), "tender", ["lead_municipality_id"], unique=False)
    op.create_index(op.f("ix_tender_stage"), "tender", ["stage"], unique=False)
    op.create_table(
        "award_complaint",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("complainant", sa.String(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("remedied_on", sa.Date(), nullable=True),
        sa.Column("authority_informed_on", sa.Date(), nullable=True),
        sa.Column("objection_until", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("fk_award_complaint_noted_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_award_complaint_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_complaint")),
    )
    op.create_index(op.f("ix_award_complaint_tender_id"), "award_complaint", ["tender_id"], unique=False)
    op.create_table(
        "award_run",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("job_id", BigKey, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by_id", BigKey, nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("input", sa.JSON(), nullable=False),
        sa.Column("input_hash", sa.String(), nullable=False),
        sa.Column(
            "status", sa.Enum("optimal", "feasible", "infeasible", name="status_known", native_enum=False, create_constraint=True, length=40), nullable=True
        ),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("bound", sa.BigInteger(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("explanations", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_award_run_job_id")),
        sa.ForeignKeyConstraint(["started_by_id"], ["person.id"], name=op.f("fk_award_run_started_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_award_run_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_run")),
    )
    op.create_index(op.f("ix_award_run_tender_id"), "award_run", ["tender_id"], unique=False)
    op.create_table(
        "procedure_decision",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", BigKey, nullable=False),
        sa.Column("net", sa.BigInteger(), nullable=False),
        sa.Column("proposed", sa.String(), nullable=False),
        sa.Column(
            "chosen",
            sa.Enum("direct", "negotiated", "restricted", "open", "eu", name="procedure_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("rule_day", sa.Date(), nullable=False),
        sa.Column("rule_rows", sa.JSON(), nullable=False),
        sa.Column("rule_fingerprint", sa.String(), nullable=False),
        sa.Column("beside", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_procedure_decision_decided_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_procedure_decision_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_procedure_decision")),
    )
    op.create_index(op.f("ix_procedure_decision_tender_id"), "procedure_decision", ["tender_id"], unique=False)
    op.create_table(
        "record_document",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_record_document_file_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_record_document_made_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_record_document_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_document")),
    )
    op.create_index(op.f("ix_record_document_tender_id"), "record_document", ["tender_id"], unique=False)
    op.create_table(
        "record_note",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_record_note_tender_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_record_note_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_note")),
    )
    op.create_index(op.f("ix_record_note_tender_id"), "record_note", ["tender_id"], unique=False)
    op.create_table(
        "tender_buyer",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("resolution", sa.String(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("resolved_up_to", sa.BigInteger(), nullable=True),
        sa.Column("signatory", sa.String(), nullable=True),
        sa.Column("signatory_limit", sa.BigInteger(), nullable=True),
        sa.Column("funds", sa.BigInteger(), nullable=True),
        sa.Column("council_session", sa.Date(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", BigKey, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_tender_buyer_confirmed_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_tender_buyer_municipality_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_buyer_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_buyer")),
        sa.UniqueConstraint("tender_id", "municipality_id", name=op.f("uq_tender_buyer_tender_id_municipality_id")),
    )
    op.create_index(op.f("ix_tender_buyer_municipality_id"), "tender_buyer", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_tender_buyer_tender_id"), "tender_buyer", ["tender_id"], unique=False)
    op.create_table(
        "tender_holder",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("key_id", BigKey, nullable=False),
        sa.Column("administration_id", BigKey, nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("named_by_id", BigKey, nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["administration_id"], ["organisation.id"], name=op.f("fk_tender_holder_administration_id")),
        sa.ForeignKeyConstraint(["key_id"], ["officer_key.id"], name=op.f("fk_tender_holder_key_id")),
        sa.ForeignKeyConstraint(["named_by_id"], ["person.id"], name=op.f("fk_tender_holder_named_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_holder_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_holder")),
        sa.UniqueConstraint("tender_id", "key_id", name=op.f("uq_tender_holder_tender_id_key_id")),
    )
    op.create_index(op.f("ix_tender_holder_key_id"), "tender_holder", ["key_id"], unique=False)
    op.create_index(op.f("ix_tender_holder_tender_id"), "tender_holder", ["tender_id"], unique=False)
    op.create_table(
        "tender_invitation",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("supplier_id", BigKey, nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("link_id", BigKey, nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_by_id", BigKey, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["invited_by_id"], ["person.id"], name=op.f("fk_tender_invitation_invited_by_id")),
        sa.ForeignKeyConstraint(["link_id"], ["visitor_link.id"], name=op.f("fk_tender_invitation_link_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_tender_invitation_supplier_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_invitation_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_invitation")),
        sa.UniqueConstraint("tender_id", "address", name=op.f("uq_tender_invitation_tender_id_address")),
    )
    op.create_index(op.f("ix_tender_invitation_supplier_id"), "tender_invitation", ["supplier_id"], unique=False)
    op.create_index(op.f("ix_tender_invitation_tender_id"), "tender_invitation", ["tender_id"], unique=False)
    op.create_table(
        "tender_lot",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("lot_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("is_exempted", sa.Boolean(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_tender_lot_lot_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_lot_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_lot")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_tender_lot_tender_id_number")),
    )
    op.create_index(op.f("ix_tender_lot_lot_id"), "tender_lot", ["lot_id"], unique=False)
    op.create_index(op.f("ix_tender_lot_tender_id"), "tender_lot", ["tender_id"], unique=False)
    op.create_index(
        "uq_tender_lot_held", "tender_lot", ["lot_id"], unique=True, sqlite_where=sa.text("is_released = 0"), postgresql_where=sa.text("NOT is_released")
    )
    op.create_table(
        "tender_notice",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("is_ex_post", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["noted_by_id"], ["person.id"], name=op.f("fk_tender_notice_noted_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_notice_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_notice")),
    )
    op.create_index(op.f("ix_tender_notice_tender_id"), "tender_notice", ["tender_id"], unique=False)
    op.create_table(
        "tender_version",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BigKey, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("change_text", sa.String(), nullable=True),
        sa.Column("is_essential", sa.Boolean(), nullable=False),
        sa.Column("cover_letter", sa.String(), nullable=False),
        sa.Column("proofs", sa.String(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "lowest_price",
                "simple_ratio",
                "extended_ratio",
                "weighted_ratio",
                "linear_points",
                "ratio_points",
                name="method_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("price_weight", sa.BigInteger(), nullable=False),
        sa.Column("max_points", sa.BigInteger(), nullable=False),
        sa.Column("constant", sa.BigInteger(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("corridor_percent", sa.BigInteger(), nullable=False),
        sa.Column("deciding", sa.String(), nullable=False),
        sa.Column("performance_share", sa.BigInteger(), nullable=False),
        sa.Column("price_share", sa.BigInteger(), nullable=False),
        sa.Column("reference", sa.Enum("best", "mean", "median", name="reference_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("tie_rule", sa.JSON(), nullable=False),
        sa.Column("compared_on", sa.Enum("net", "gross", name="basis_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("skonto_counts", sa.Boolean(), nullable=False),
        sa.Column("variants_admitted", sa.Boolean(), nullable=False),
        sa.Column("max_lots_bid", sa.Integer(), nullable=True),
        sa.Column("max_lots_per_bidder", sa.Integer(), nullable=True),
        sa.Column("lot_limit_rule", sa.String(), nullable=True),
        sa.Column("max_bidders", sa.Integer(), nullable=True),
        sa.Column("packages_admitted", sa.Boolean(), nullable=False),
        sa.Column("combinations", sa.JSON(), nullable=False),
        sa.Column("framework_max_value", sa.BigInteger(), nullable=True),
        sa.Column("framework_max_percent", sa.BigInteger(), nullable=True),
        sa.Column("document_id", BigKey, nullable=True),
        sa.Column("sheet_id", BigKey, nullable=True),
        sa.Column("receipt_public_key", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["stored_file.id"], name=op.f("fk_tender_version_document_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_tender_version_made_by_id")),
        sa.ForeignKeyConstraint(["sheet_id"], ["stored_file.id"], name=op.f("fk_tender_version_sheet_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_version_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_version")),
        sa.UniqueConstraint("tender_id", "number", name=op.f("uq_tender_version_tender_id_number")),
    )
    op.create_index(op.f("ix_tender_version_tender_id"), "tender_version", ["tender_id"], unique=False)
    op.create_table(
        "award_decision",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("run_id", BigKey, nullable=True),
        sa.Column("corrects_id", BigKey, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by_id", BigKey, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("deviation_reason", sa.String(), nullable=True),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", BigKey, nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(confirmed_by_id IS NULL) = (confirmed_at IS NULL)", name=op.f("ck_award_decision_confirmed_whole")),
        sa.CheckConstraint("confirmed_by_id IS NULL OR confirmed_by_id <> proposed_by_id", name=op.f("ck_award_decision_two_people")),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_award_decision_confirmed_by_id")),
        sa.ForeignKeyConstraint(["corrects_id"], ["award_decision.id"], name=op.f("fk_award_decision_corrects_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_award_decision_proposed_by_id")),
        sa.ForeignKeyConstraint(["run_id"], ["award_run.id"], name=op.f("fk_award_decision_run_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_award_decision_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_decision")),
    )
    op.create_index(op.f("ix_award_decision_tender_id"), "award_decision", ["tender_id"], unique=False)
    op.create_table(
        "bid",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("invitation_id", BigKey, nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("web", "sheet", "sealed_before", "paper", "quote", name="bidchannel_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column(
            "stage",
            sa.Enum(
                "handed_in",
                "replaced",
                "withdrawn",
                "opened",
                "tampered",
                "unopened",
                name="bidstage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("envelope_hash", sa.String(), nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("registered_by_id", BigKey, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel IN ('paper', 'quote') OR (envelope IS NOT NULL AND envelope_hash IS NOT NULL)", name=op.f("ck_bid_sealed")),
        sa.ForeignKeyConstraint(["invitation_id"], ["tender_invitation.id"], name=op.f("fk_bid_invitation_id")),
        sa.ForeignKeyConstraint(["registered_by_id"], ["person.id"], name=op.f("fk_bid_registered_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_bid_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("reference", name=op.f("uq_bid_reference")),
    )
    op.create_index(op.f("ix_bid_invitation_id"), "bid", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_bid_tender_id"), "bid", ["tender_id"], unique=False)
    op.create_index(
        "uq_bid_counting", "bid", ["invitation_id"], unique=True, sqlite_where=sa.text("stage = 'handed_in'"), postgresql_where=sa.text("stage = 'handed_in'")
    )
    op.create_table(
        "bid_draft",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("invitation_id", BigKey, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["invitation_id"], ["tender_invitation.id"], name=op.f("fk_bid_draft_invitation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_draft")),
        sa.UniqueConstraint("invitation_id", name=op.f("uq_bid_draft_invitation_id")),
    )
    op.create_table(
        "estimate_summand",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.Enum("history", "quote", "guess", name="source_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("basis", sa.Enum("net", "gross", name="basis_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("vat_percent", sa.BigInteger(), nullable=True),
        sa.Column("per", sa.Enum("total", "year", "month", name="per_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("months", sa.Integer(), nullable=True),
        sa.Column("extension_months", sa.Integer(), nullable=False),
        sa.Column("option_amount", sa.BigInteger(), nullable=False),
        sa.Column("surcharge_percent", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.Column("is_from_bundle", sa.Boolean(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", BigKey, nullable=False),
        sa.CheckConstraint("amount >= 0 AND option_amount >= 0", name=op.f("ck_estimate_summand_not_negative")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_estimate_summand_entered_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_estimate_summand_municipality_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_estimate_summand_tender_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_estimate_summand_tender_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_estimate_summand")),
    )
    op.create_index(op.f("ix_estimate_summand_municipality_id"), "estimate_summand", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_estimate_summand_tender_id"), "estimate_summand", ["tender_id"], unique=False)
    op.create_index(op.f("ix_estimate_summand_tender_lot_id"), "estimate_summand", ["tender_lot_id"], unique=False)
    op.create_table(
        "evaluation",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reckoned_by_id", BigKey, nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("ranking", sa.JSON(), nullable=False),
        sa.Column("compared", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["reckoned_by_id"], ["person.id"], name=op.f("fk_evaluation_reckoned_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_evaluation_tender_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_evaluation_tender_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index(op.f("ix_evaluation_tender_id"), "evaluation", ["tender_id"], unique=False)
    op.create_table(
        "key_share",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("owner_id", BigKey, nullable=False),
        sa.Column("partner_id", BigKey, nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["tender_holder.id"], name=op.f("fk_key_share_owner_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["tender_holder.id"], name=op.f("fk_key_share_partner_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_key_share_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_share")),
        sa.UniqueConstraint("tender_id", "generation", "owner_id", "partner_id", name=op.f("uq_key_share_tender_id_generation_owner_id_partner_id")),
    )
    op.create_index(op.f("ix_key_share_owner_id"), "key_share", ["owner_id"], unique=False)
    op.create_index(op.f("ix_key_share_partner_id"), "key_share", ["partner_id"], unique=False)
    op.create_index(op.f("ix_key_share_tender_id"), "key_share", ["tender_id"], unique=False)
    op.create_table(
        "opening_session",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("rehearsal", "opening", "rewrap", name="sessionpurpose_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("leaver_id", BigKey, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_by_id", BigKey, nullable=False),
        sa.Column("contribution", sa.JSON(), nullable=True),
        sa.Column("second_by_id", BigKey, nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("persons_present", sa.String(), nullable=True),
        sa.Column("protocol_id", BigKey, nullable=True),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> first_by_id", name=op.f("ck_opening_session_two_people")),
        sa.ForeignKeyConstraint(["first_by_id"], ["tender_holder.id"], name=op.f("fk_opening_session_first_by_id")),
        sa.ForeignKeyConstraint(["leaver_id"], ["tender_holder.id"], name=op.f("fk_opening_session_leaver_id")),
        sa.ForeignKeyConstraint(["protocol_id"], ["stored_file.id"], name=op.f("fk_opening_session_protocol_id")),
        sa.ForeignKeyConstraint(["second_by_id"], ["tender_holder.id"], name=op.f("fk_opening_session_second_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_opening_session_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_session")),
    )
    op.create_index(op.f("ix_opening_session_tender_id"), "opening_session", ["tender_id"], unique=False)
    op.create_table(
        "tender_criterion",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("version_id", BigKey, nullable=False),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("scale", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["version_id"], ["tender_version.id"], name=op.f("fk_tender_criterion_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_criterion")),
        sa.UniqueConstraint("version_id", "name", name=op.f("uq_tender_criterion_version_id_name")),
    )
    op.create_index(op.f("ix_tender_criterion_version_id"), "tender_criterion", ["version_id"], unique=False)
    op.create_table(
        "tender_position",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("version_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=False),
        sa.Column("bundle_position_id", BigKey, nullable=True),
        sa.Column("row_order", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("cpv", sa.String(), nullable=True),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("is_essential", sa.Boolean(), nullable=False),
        sa.Column("shares", sa.JSON(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["bundle_position_id"], ["bundle_position.id"], name=op.f("fk_tender_position_bundle_position_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_tender_position_tender_lot_id")),
        sa.ForeignKeyConstraint(["version_id"], ["tender_version.id"], name=op.f("fk_tender_position_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_position")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_tender_position_version_id_number")),
    )
    op.create_index(op.f("ix_tender_position_bundle_position_id"), "tender_position", ["bundle_position_id"], unique=False)
    op.create_index(op.f("ix_tender_position_tender_lot_id"), "tender_position", ["tender_lot_id"], unique=False)
    op.create_index(op.f("ix_tender_position_version_id"), "tender_position", ["version_id"], unique=False)
    op.create_table(
        "tender_question",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("invitation_id", BigKey, nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("published_text", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_tender_question_answered_by_id")),
        sa.ForeignKeyConstraint(["invitation_id"], ["tender_invitation.id"], name=op.f("fk_tender_question_invitation_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tender_question_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tender_question")),
    )
    op.create_index(op.f("ix_tender_question_invitation_id"), "tender_question", ["invitation_id"], unique=False)
    op.create_index(op.f("ix_tender_question_tender_id"), "tender_question", ["tender_id"], unique=False)
    op.create_table(
        "tie_draw",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=True),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("seed_hash", sa.String(), nullable=False),
        sa.Column("bidders", sa.JSON(), nullable=False),
        sa.Column("drawn_order", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_witness_id", BigKey, nullable=False),
        sa.Column("second_witness_id", BigKey, nullable=False),
        sa.CheckConstraint("first_witness_id <> second_witness_id", name=op.f("ck_tie_draw_two_witnesses")),
        sa.ForeignKeyConstraint(["first_witness_id"], ["person.id"], name=op.f("fk_tie_draw_first_witness_id")),
        sa.ForeignKeyConstraint(["second_witness_id"], ["person.id"], name=op.f("fk_tie_draw_second_witness_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_tie_draw_tender_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_tie_draw_tender_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tie_draw")),
    )
    op.create_index(op.f("ix_tie_draw_tender_id"), "tie_draw", ["tender_id"], unique=False)
    op.create_table(
        "opened_bid",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bid_id", BigKey, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bidder", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        sa.Column("stated_sum", sa.BigInteger(), nullable=True),
        sa.Column("discount_percent", sa.BigInteger(), nullable=False),
        sa.Column("is_discount_in_place", sa.Boolean(), nullable=False),
        sa.Column("skonto_percent", sa.BigInteger(), nullable=False),
        sa.Column("skonto_days", sa.Integer(), nullable=True),
        sa.Column("minimum_value", sa.BigInteger(), nullable=True),
        sa.Column("delivery", sa.JSON(), nullable=False),
        sa.Column("declarations", sa.JSON(), nullable=False),
        sa.Column("statements", sa.JSON(), nullable=False),
        sa.Column("subcontract_percent", sa.BigInteger(), nullable=False),
        sa.Column("remark", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_opened_bid_bid_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_opened_bid_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opened_bid")),
        sa.UniqueConstraint("bid_id", name=op.f("uq_opened_bid_bid_id")),
    )
    op.create_index(op.f("ix_opened_bid_tender_id"), "opened_bid", ["tender_id"], unique=False)
    op.create_table(
        "opening_entry",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("session_id", BigKey, nullable=False),
        sa.Column("bid_id", BigKey, nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "handed_in",
                "replaced",
                "withdrawn",
                "opened",
                "tampered",
                "unopened",
                name="bidstage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("envelope_hash", sa.String(), nullable=True),
        sa.Column("computed_net", sa.BigInteger(), nullable=True),
        sa.Column("remark", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_opening_entry_bid_id")),
        sa.ForeignKeyConstraint(["session_id"], ["opening_session.id"], name=op.f("fk_opening_entry_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_entry")),
        sa.UniqueConstraint("session_id", "bid_id", name=op.f("uq_opening_entry_session_id_bid_id")),
    )
    op.create_index(op.f("ix_opening_entry_bid_id"), "opening_entry", ["bid_id"], unique=False)
    op.create_index(op.f("ix_opening_entry_session_id"), "opening_entry", ["session_id"], unique=False)
    op.create_table(
        "award_letter",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("tender_id", BigKey, nullable=False),
        sa.Column("decision_id", BigKey, nullable=True),
        sa.Column("opened_bid_id", BigKey, nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "clarification",
                "information",
                "award",
                "rejection",
                "cancellation",
                name="letterkind_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("recipient", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("file_id", BigKey, nullable=True),
        sa.Column("letter_id", BigKey, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BigKey, nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("channel", sa.String(), nullable=True),
        sa.Column("sent_noted_by_id", BigKey, nullable=True),
        sa.Column("earliest_contract", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["decision_id"], ["award_decision.id"], name=op.f("fk_award_letter_decision_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_award_letter_file_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_award_letter_letter_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_award_letter_made_by_id")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_award_letter_opened_bid_id")),
        sa.ForeignKeyConstraint(["sent_noted_by_id"], ["person.id"], name=op.f("fk_award_letter_sent_noted_by_id")),
        sa.ForeignKeyConstraint(["tender_id"], ["tender.id"], name=op.f("fk_award_letter_tender_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_letter")),
    )
    op.create_index(op.f("ix_award_letter_decision_id"), "award_letter", ["decision_id"], unique=False)
    op.create_index(op.f("ix_award_letter_opened_bid_id"), "award_letter", ["opened_bid_id"], unique=False)
    op.create_index(op.f("ix_award_letter_tender_id"), "award_letter", ["tender_id"], unique=False)
    op.create_table(
        "awarded_lot",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("decision_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=False),
        sa.Column(
            "outcome",
            sa.Enum("awarded", "no_bids", "unsuccessful", "cancelled", name="lotoutcome_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("opened_bid_id", BigKey, nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("package", sa.JSON(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("outcome <> 'awarded' OR (opened_bid_id IS NOT NULL AND price IS NOT NULL)", name=op.f("ck_awarded_lot_winner_known")),
        sa.ForeignKeyConstraint(["decision_id"], ["award_decision.id"], name=op.f("fk_awarded_lot_decision_id")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_awarded_lot_opened_bid_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_awarded_lot_tender_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awarded_lot")),
        sa.UniqueConstraint("decision_id", "tender_lot_id", name=op.f("uq_awarded_lot_decision_id_tender_lot_id")),
    )
    op.create_index(op.f("ix_awarded_lot_decision_id"), "awarded_lot", ["decision_id"], unique=False)
    op.create_index(op.f("ix_awarded_lot_opened_bid_id"), "awarded_lot", ["opened_bid_id"], unique=False)
    op.create_index(op.f("ix_awarded_lot_tender_lot_id"), "awarded_lot", ["tender_lot_id"], unique=False)
    op.create_table(
        "bid_finding",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("opened_bid_id", BigKey, nullable=False),
        sa.Column("tender_lot_id", BigKey, nullable=True),
        sa.Column(
            "stage",
            sa.Enum("formal", "suitability", "price", "economy", name="findingstage_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("weight", sa.Enum("exclude", "ask", "note", name="weight_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("law", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_by_id", BigKey, nullable=True),
        sa.Column(
            "outcome",
            sa.Enum("open", "noted", "cleared", "excluded", name="findingoutcome_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", BigKey, nullable=True),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("second_by_id", BigKey, nullable=True),
        sa.CheckConstraint("second_by_id IS NULL OR second_by_id <> decided_by_id", name=op.f("ck_bid_finding_two_people")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_bid_finding_decided_by_id")),
        sa.ForeignKeyConstraint(["found_by_id"], ["person.id"], name=op.f("fk_bid_finding_found_by_id")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_bid_finding_opened_bid_id")),
        sa.ForeignKeyConstraint(["second_by_id"], ["person.id"], name=op.f("fk_bid_finding_second_by_id")),
        sa.ForeignKeyConstraint(["tender_lot_id"], ["tender_lot.id"], name=op.f("fk_bid_finding_tender_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_finding")),
    )
    op.create_index(op.f("ix_bid_finding_opened_bid_id"), "bid_finding", ["opened_bid_id"], unique=False)
    op.create_table(
        "bid_line",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("opened_bid_id", BigKey, nullable=False),
        sa.Column("tender_position_id", BigKey, nullable=True),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("stated_total", sa.BigInteger(), nullable=True),
        sa.Column("vat_percent", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_bid_line_opened_bid_id")),
        sa.ForeignKeyConstraint(["tender_position_id"], ["tender_position.id"], name=op.f("fk_bid_line_tender_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_line")),
    )
    op.create_index(op.f("ix_bid_line_opened_bid_id"), "bid_line", ["opened_bid_id"], unique=False)
    op.create_index(op.f("ix_bid_line_tender_position_id"), "bid_line", ["tender_position_id"], unique=False)
    op.create_table(
        "bid_package",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("opened_bid_id", BigKey, nullable=False),
        sa.Column("lots", sa.JSON(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.Column("discount_percent", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(price IS NULL) <> (discount_percent IS NULL)", name=op.f("ck_bid_package_price_or_discount")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_bid_package_opened_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_package")),
    )
    op.create_index(op.f("ix_bid_package_opened_bid_id"), "bid_package", ["opened_bid_id"], unique=False)
    op.create_table(
        "criterion_score",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("opened_bid_id", BigKey, nullable=False),
        sa.Column("criterion_id", BigKey, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by_id", BigKey, nullable=False),
        sa.Column("second_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["criterion_id"], ["tender_criterion.id"], name=op.f("fk_criterion_score_criterion_id")),
        sa.ForeignKeyConstraint(["given_by_id"], ["person.id"], name=op.f("fk_criterion_score_given_by_id")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_criterion_score_opened_bid_id")),
        sa.ForeignKeyConstraint(["second_by_id"], ["person.id"], name=op.f("fk_criterion_score_second_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion_score")),
        sa.UniqueConstraint("opened_bid_id", "criterion_id", name=op.f("uq_criterion_score_opened_bid_id_criterion_id")),
    )
    op.create_index(op.f("ix_criterion_score_criterion_id"), "criterion_score", ["criterion_id"], unique=False)
    op.create_index(op.f("ix_criterion_score_opened_bid_id"), "criterion_score", ["opened_bid_id"], unique=False)
    op.create_table(
        "bid_clarification",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("opened_bid_id", BigKey, nullable=False),
        sa.Column("finding_id", BigKey, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", BigKey, nullable=False),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("letter_id", BigKey, nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("entered_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_bid_clarification_asked_by_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_bid_clarification_entered_by_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["bid_finding.id"], name=op.f("fk_bid_clarification_finding_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_bid_clarification_letter_id")),
        sa.ForeignKeyConstraint(["opened_bid_id"], ["opened_bid.id"], name=op.f("fk_bid_clarification_opened_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_clarification")),
    )
    op.create_index(op.f("ix_bid_clarification_finding_id"), "bid_clarification", ["finding_id"], unique=False)
    op.create_index(op.f("ix_bid_clarification_opened_bid_id"), "bid_clarification", ["opened_bid_id"], unique=False)
    engine = op.get_bind().dialect.name
    for statement in [*triggers(engine), *(one for table in UNCHANGING for one in unchanging(table, engine))]:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
