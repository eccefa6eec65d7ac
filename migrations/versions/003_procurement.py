"""The tables of procurement: catalogue, uploads, purchase requests, surveys, bundles."""

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey
from procurement.models.guards import triggers

revision = "003"
down_revision = "002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("specification", sa.String(), nullable=True),
        sa.Column("cpv", sa.String(), nullable=True),
        sa.Column("base_unit", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_article_created_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
    )
    op.create_index(op.f("ix_article_name"), "article", ["name"], unique=False)
    op.create_table(
        "remembered_mapping",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("layout", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by_id"], ["person.id"], name=op.f("fk_remembered_mapping_confirmed_by_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_remembered_mapping_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_mapping")),
        sa.UniqueConstraint("organisation_id", "layout", name=op.f("uq_remembered_mapping_organisation_id_layout")),
    )
    op.create_index(op.f("ix_remembered_mapping_organisation_id"), "remembered_mapping", ["organisation_id"], unique=False)
    op.create_table(
        "remembered_pair",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("first_key", sa.String(), nullable=False),
        sa.Column("second_key", sa.String(), nullable=False),
        sa.Column("first_text", sa.String(), nullable=False),
        sa.Column("second_text", sa.String(), nullable=False),
        sa.Column("decision", sa.Enum("confirmed", "refused", name="pairdecision_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("decided_by_id", BigKey, nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_key < second_key", name=op.f("ck_remembered_pair_in_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_remembered_pair_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remembered_pair")),
        sa.UniqueConstraint("first_key", "second_key", name=op.f("uq_remembered_pair_first_key_second_key")),
    )
    op.create_index(op.f("ix_remembered_pair_second_key"), "remembered_pair", ["second_key"], unique=False)
    op.create_table(
        "article_pack",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("article_id", BigKey, nullable=False),
        sa.Column("parent_id", BigKey, nullable=True),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("quantity_in_base_unit", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("quantity_in_base_unit > 0", name=op.f("ck_article_pack_content_positive")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_pack_article_id")),
        sa.ForeignKeyConstraint(["parent_id"], ["article_pack.id"], name=op.f("fk_article_pack_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_pack")),
        sa.UniqueConstraint("article_id", "unit", "quantity_in_base_unit", name=op.f("uq_article_pack_article_id_unit_quantity_in_base_unit")),
    )
    op.create_index(op.f("ix_article_pack_article_id"), "article_pack", ["article_id"], unique=False)
    op.create_index(op.f("ix_article_pack_parent_id"), "article_pack", ["parent_id"], unique=False)
    op.create_table(
        "article_synonym",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("article_id", BigKey, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_synonym_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_synonym")),
        sa.UniqueConstraint("text_key", name=op.f("uq_article_synonym_text_key")),
    )
    op.create_index(op.f("ix_article_synonym_article_id"), "article_synonym", ["article_id"], unique=False)
    op.create_table(
        "demand_round",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("lead_municipality_id", BigKey, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("stage", sa.Enum("open", "closed", name="roundstage_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.CheckConstraint("closes_on >= opens_on", name=op.f("ck_demand_round_days_in_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_demand_round_created_by_id")),
        sa.ForeignKeyConstraint(["lead_municipality_id"], ["municipality.id"], name=op.f("fk_demand_round_lead_municipality_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_demand_round_measure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_round")),
    )
    op.create_index(op.f("ix_demand_round_lead_municipality_id"), "demand_round", ["lead_municipality_id"], unique=False)
    op.create_index(op.f("ix_demand_round_measure_id"), "demand_round", ["measure_id"], unique=False)
    op.create_table(
        "bundle",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("lead_municipality_id", BigKey, nullable=False),
        sa.Column("round_id", BigKey, nullable=True),
        sa.Column("term_from", sa.Date(), nullable=False),
        sa.Column("term_until", sa.Date(), nullable=False),
        sa.Column("freeze_on", sa.Date(), nullable=True),
        sa.Column(
            "stage", sa.Enum("open", "frozen", "dissolved", name="bundlestage_known", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("matched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", BigKey, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.CheckConstraint("stage <> 'frozen' OR frozen_at IS NOT NULL", name=op.f("ck_bundle_frozen_at_known")),
        sa.CheckConstraint("term_until >= term_from", name=op.f("ck_bundle_term_in_order")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_bundle_created_by_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_bundle_job_id")),
        sa.ForeignKeyConstraint(["lead_municipality_id"], ["municipality.id"], name=op.f("fk_bundle_lead_municipality_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_bundle_measure_id")),
        sa.ForeignKeyConstraint(["round_id"], ["demand_round.id"], name=op.f("fk_bundle_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle")),
    )
    op.create_index(op.f("ix_bundle_job_id"), "bundle", ["job_id"], unique=False)
    op.create_index(op.f("ix_bundle_lead_municipality_id"), "bundle", ["lead_municipality_id"], unique=False)
    op.create_index(op.f("ix_bundle_measure_id"), "bundle", ["measure_id"], unique=False)
    op.create_index(op.f("ix_bundle_round_id"), "bundle", ["round_id"], unique=False)
    op.create_index(op.f("ix_bundle_stage"), "bundle", ["stage"], unique=False)
    op.create_table(
        "round_participation",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("round_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column(
            "answer", sa.Enum("missing", "demand", "no_demand", name="roundanswer_known", native_enum=False, create_constraint=True, length=40), nullable=False
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", BigKey, nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_round_participation_answered_by_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_round_participation_municipality_id")),
        sa.ForeignKeyConstraint(["round_id"], ["demand_round.id"], name=op.f("fk_round_participation_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_participation")),
        sa.UniqueConstraint("round_id", "municipality_id", name=op.f("uq_round_participation_round_id_municipality_id")),
    )
    op.create_index(op.f("ix_round_participation_municipality_id"), "round_participation", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_round_participation_round_id"), "round_participation", ["round_id"], unique=False)
    op.create_table(
        "upload",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("round_id", BigKey, nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("replaces_id", BigKey, nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "reading", "settling", "taken_over", "discarded", "unreadable", name="uploadstage_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=True),
        sa.Column("job_id", BigKey, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_upload_created_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_upload_file_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_upload_job_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_upload_measure_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_upload_municipality_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_upload_organisation_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["upload.id"], name=op.f("fk_upload_replaces_id")),
        sa.ForeignKeyConstraint(["round_id"], ["demand_round.id"], name=op.f("fk_upload_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_file_id"), "upload", ["file_id"], unique=False)
    op.create_index(op.f("ix_upload_job_id"), "upload", ["job_id"], unique=False)
    op.create_index(op.f("ix_upload_measure_id"), "upload", ["measure_id"], unique=False)
    op.create_index(op.f("ix_upload_municipality_id"), "upload", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_upload_organisation_id"), "upload", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_upload_replaces_id"), "upload", ["replaces_id"], unique=False)
    op.create_index(op.f("ix_upload_round_id"), "upload", ["round_id"], unique=False)
    op.create_index(
        "uq_upload_same_file",
        "upload",
        ["organisation_id", "sha256"],
        unique=True,
        sqlite_where=sa.text("stage <> 'discarded'"),
        postgresql_where=sa.text("stage <> 'discarded'"),
    )
    op.create_table(
        "bundle_change",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "match", "merge", "refuse", "split", "move", "lots", "move_lot", name="changekind_known", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("text", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", BigKey, nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_change_bundle_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_bundle_change_made_by_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["person.id"], name=op.f("fk_bundle_change_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_change")),
    )
    op.create_index(op.f("ix_bundle_change_bundle_id"), "bundle_change", ["bundle_id"], unique=False)
    op.create_table(
        "bundle_member",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_member_bundle_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_bundle_member_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_member")),
        sa.UniqueConstraint("bundle_id", "municipality_id", name=op.f("uq_bundle_member_bundle_id_municipality_id")),
    )
    op.create_index(op.f("ix_bundle_member_bundle_id"), "bundle_member", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_bundle_member_municipality_id"), "bundle_member", ["municipality_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.Enum("trade", "region", name="lotkind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("cpv", sa.String(), nullable=True),
        sa.Column("reason", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_lot_bundle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("bundle_id", "number", name=op.f("uq_lot_bundle_id_number")),
    )
    op.create_index(op.f("ix_lot_bundle_id"), "lot", ["bundle_id"], unique=False)
    op.create_table(
        "purchase_request",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("round_id", BigKey, nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("upload_id", BigKey, nullable=True),
        sa.Column(
            "stage",
            sa.Enum(
                "draft",
                "returned",
                "submitted",
                "approved",
                "bundled",
                "withdrawn",
                name="requeststage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", BigKey, nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", BigKey, nullable=True),
        sa.CheckConstraint("stage NOT IN ('approved', 'bundled') OR approved_by_id IS NOT NULL", name=op.f("ck_purchase_request_approved_by_somebody")),
        sa.CheckConstraint("approved_by_id IS NULL OR approved_by_id <> submitted_by_id", name=op.f("ck_purchase_request_four_eyes")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_purchase_request_approved_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_purchase_request_created_by_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_purchase_request_measure_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_purchase_request_municipality_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_purchase_request_organisation_id")),
        sa.ForeignKeyConstraint(["round_id"], ["demand_round.id"], name=op.f("fk_purchase_request_round_id")),
        sa.ForeignKeyConstraint(["submitted_by_id"], ["person.id"], name=op.f("fk_purchase_request_submitted_by_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_purchase_request_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_request")),
        sa.UniqueConstraint("upload_id", name=op.f("uq_purchase_request_upload_id")),
    )
    op.create_index(op.f("ix_purchase_request_created_by_id"), "purchase_request", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_measure_id"), "purchase_request", ["measure_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_municipality_id"), "purchase_request", ["municipality_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_organisation_id"), "purchase_request", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_round_id"), "purchase_request", ["round_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_stage"), "purchase_request", ["stage"], unique=False)
    op.create_table(
        "upload_answer",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("upload_id", BigKey, nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["answered_by_id"], ["person.id"], name=op.f("fk_upload_answer_answered_by_id")),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_answer_upload_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_answer")),
        sa.UniqueConstraint("upload_id", "sheet", "row", "field", name=op.f("uq_upload_answer_upload_id_sheet_row_field")),
    )
    op.create_index(op.f("ix_upload_answer_upload_id"), "upload_answer", ["upload_id"], unique=False)
    op.create_table(
        "upload_row",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("upload_id", BigKey, nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum("line", "fault", "skipped", name="rowkind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("cells", sa.JSON(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_upload_row_upload_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_row")),
    )
    op.create_index("ix_upload_row_place", "upload_row", ["upload_id", "sheet", "row"], unique=False)
    op.create_index(op.f("ix_upload_row_upload_id"), "upload_row", ["upload_id"], unique=False)
    op.create_table(
        "bundle_position",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("base_unit", sa.String(), nullable=False),
        sa.Column("cpv", sa.String(), nullable=True),
        sa.Column("article_id", BigKey, nullable=True),
        sa.Column("lot_id", BigKey, nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_bundle_position_article_id")),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_position_bundle_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bundle_position_lot_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_position")),
    )
    op.create_index(op.f("ix_bundle_position_article_id"), "bundle_position", ["article_id"], unique=False)
    op.create_index(op.f("ix_bundle_position_bundle_id"), "bundle_position", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_bundle_position_lot_id"), "bundle_position", ["lot_id"], unique=False)
    op.create_table(
        "bundle_request",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("request_id", BigKey, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_request_bundle_id")),
        sa.ForeignKeyConstraint(["request_id"], ["purchase_request.id"], name=op.f("fk_bundle_request_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundle_request")),
        sa.UniqueConstraint("request_id", name=op.f("uq_bundle_request_request_id")),
    )
    op.create_index(op.f("ix_bundle_request_bundle_id"), "bundle_request", ["bundle_id"], unique=False)
    op.create_table(
        "purchase_request_line",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("request_id", BigKey, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("specification", sa.String(), nullable=True),
        sa.Column("quantity_sent", sa.BigInteger(), nullable=False),
        sa.Column("unit_sent", sa.String(), nullable=False),
        sa.Column("quantity_in_base_unit", sa.BigInteger(), nullable=False),
        sa.Column("base_unit", sa.String(), nullable=False),
        sa.Column("price_net", sa.BigInteger(), nullable=True),
        sa.Column("price_net_per_base_unit", sa.BigInteger(), nullable=True),
        sa.Column("budget_account", sa.String(), nullable=True),
        sa.Column("delivery_place", sa.String(), nullable=True),
        sa.Column("internal_note", sa.String(), nullable=True),
        sa.Column("article_id", BigKey, nullable=True),
        sa.Column("source_sheet", sa.String(), nullable=True),
        sa.Column("source_row", sa.Integer(), nullable=True),
        sa.Column("source_part", sa.Integer(), nullable=True),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.CheckConstraint("price_net IS NULL OR price_net >= 0", name=op.f("ck_purchase_request_line_price_not_negative")),
        sa.CheckConstraint("quantity_sent > 0 AND quantity_in_base_unit > 0", name=op.f("ck_purchase_request_line_quantity_positive")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_purchase_request_line_article_id")),
        sa.ForeignKeyConstraint(["request_id"], ["purchase_request.id"], name=op.f("fk_purchase_request_line_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_request_line")),
        sa.UniqueConstraint("request_id", "number", name=op.f("uq_purchase_request_line_request_id_number")),
    )
    op.create_index(op.f("ix_purchase_request_line_article_id"), "purchase_request_line", ["article_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_line_request_id"), "purchase_request_line", ["request_id"], unique=False)
    op.create_table(
        "request_attachment",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("request_id", BigKey, nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attached_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["attached_by_id"], ["person.id"], name=op.f("fk_request_attachment_attached_by_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_request_attachment_file_id")),
        sa.ForeignKeyConstraint(["request_id"], ["purchase_request.id"], name=op.f("fk_request_attachment_request_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_attachment")),
    )
    op.create_index(op.f("ix_request_attachment_request_id"), "request_attachment", ["request_id"], unique=False)
    op.create_table(
        "round_invitation",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("round_id", BigKey, nullable=False),
        sa.Column("person_id", BigKey, nullable=False),
        sa.Column("organisation_id", BigKey, nullable=False),
        sa.Column("request_id", BigKey, nullable=True),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_round_invitation_organisation_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_invitation_person_id")),
        sa.ForeignKeyConstraint(["request_id"], ["purchase_request.id"], name=op.f("fk_round_invitation_request_id")),
        sa.ForeignKeyConstraint(["round_id"], ["demand_round.id"], name=op.f("fk_round_invitation_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_invitation")),
        sa.UniqueConstraint("round_id", "person_id", "organisation_id", name=op.f("uq_round_invitation_round_id_person_id_organisation_id")),
    )
    op.create_index(op.f("ix_round_invitation_person_id"), "round_invitation", ["person_id"], unique=False)
    op.create_index(op.f("ix_round_invitation_request_id"), "round_invitation", ["request_id"], unique=False)
    op.create_index(op.f("ix_round_invitation_round_id"), "round_invitation", ["round_id"], unique=False)
    op.create_table(
        "upload_fault",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("upload_row_id", BigKey, nullable=False),
        sa.Column("column", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("article", sa.String(), nullable=False),
        sa.Column("message", sa.JSON(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["upload_row_id"], ["upload_row.id"], name=op.f("fk_upload_fault_upload_row_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload_fault")),
    )
    op.create_index(op.f("ix_upload_fault_upload_row_id"), "upload_fault", ["upload_row_id"], unique=False)
    op.create_table(
        "bundle_line",
        sa.Column("line_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("position_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_bundle_line_bundle_id")),
        sa.ForeignKeyConstraint(["line_id"], ["purchase_request_line.id"], name=op.f("fk_bundle_line_line_id")),
        sa.ForeignKeyConstraint(["position_id"], ["bundle_position.id"], name=op.f("fk_bundle_line_position_id")),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_bundle_line")),
    )
    op.create_index(op.f("ix_bundle_line_bundle_id"), "bundle_line", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_bundle_line_position_id"), "bundle_line", ["position_id"], unique=False)
    op.create_table(
        "match_proposal",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("bundle_id", BigKey, nullable=False),
        sa.Column("first_line_id", BigKey, nullable=False),
        sa.Column("second_line_id", BigKey, nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("against", sa.JSON(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("open", "confirmed", "refused", "obsolete", name="proposalstage_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["bundle_id"], ["bundle.id"], name=op.f("fk_match_proposal_bundle_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_match_proposal_decided_by_id")),
        sa.ForeignKeyConstraint(["first_line_id"], ["purchase_request_line.id"], name=op.f("fk_match_proposal_first_line_id")),
        sa.ForeignKeyConstraint(["second_line_id"], ["purchase_request_line.id"], name=op.f("fk_match_proposal_second_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_proposal")),
        sa.UniqueConstraint("bundle_id", "first_line_id", "second_line_id", name=op.f("uq_match_proposal_bundle_id_first_line_id_second_line_id")),
    )
    op.create_index(op.f("ix_match_proposal_bundle_id"), "match_proposal", ["bundle_id"], unique=False)
    op.create_index(op.f("ix_match_proposal_first_line_id"), "match_proposal", ["first_line_id"], unique=False)
    op.create_index(op.f("ix_match_proposal_second_line_id"), "match_proposal", ["second_line_id"], unique=False)
    op.create_index(op.f("ix_match_proposal_stage"), "match_proposal", ["stage"], unique=False)
    op.create_table(
        "request_comment",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("request_id", BigKey, nullable=False),
        sa.Column("line_id", BigKey, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("written_by_id", BigKey, nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["purchase_request_line.id"], name=op.f("fk_request_comment_line_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["request_id"], ["purchase_request.id"], name=op.f("fk_request_comment_request_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["person.id"], name=op.f("fk_request_comment_written_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_comment")),
    )
    op.create_index(op.f("ix_request_comment_line_id"), "request_comment", ["line_id"], unique=False)
    op.create_index(op.f("ix_request_comment_request_id"), "request_comment", ["request_id"], unique=False)
    for statement in triggers(op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
