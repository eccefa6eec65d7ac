"""The tables of cooperation: measures, participation, links, votes, effects and charges."""

import sqlalchemy as sa
from alembic import op

from commons.append_only import unchanging
from commons.database import BigKey

revision = "002"
down_revision = "001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assembly",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assembly")),
        sa.UniqueConstraint("held_on", name=op.f("uq_assembly_held_on")),
    )
    op.create_table(
        "working_group",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_group")),
        sa.UniqueConstraint("key", name=op.f("uq_working_group_key")),
    )
    op.create_table(
        "measure",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("working_group_id", BigKey, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=True),
        sa.Column("description", sa.String(), nullable=True),
        sa.Column("horizon", sa.Enum("short", "medium", "long", name="horizon_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "idea",
                "examined",
                "described",
                "recommended",
                "in_progress",
                "running",
                "ended",
                "rejected",
                name="stage_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("described", sa.Boolean(), nullable=False),
        sa.Column(
            "origin",
            sa.Enum("real", "comparable", "invented", "proposed", name="origin_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("wing", sa.String(), nullable=True),
        sa.Column("proposed_by_id", BigKey, nullable=True),
        sa.Column("proposed_for_id", BigKey, nullable=True),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stage_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["person.id"], name=op.f("fk_measure_proposed_by_id")),
        sa.ForeignKeyConstraint(["proposed_for_id"], ["municipality.id"], name=op.f("fk_measure_proposed_for_id")),
        sa.ForeignKeyConstraint(["working_group_id"], ["working_group.id"], name=op.f("fk_measure_working_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
        sa.UniqueConstraint("number", name=op.f("uq_measure_number")),
    )
    op.create_index(op.f("ix_measure_working_group_id"), "measure", ["working_group_id"], unique=False)
    op.create_table(
        "charge",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("creditor_id", BigKey, nullable=False),
        sa.Column("debtor_id", BigKey, nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("reverses_id", BigKey, nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by_id", BigKey, nullable=True),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_charge_amount_not_zero")),
        sa.CheckConstraint("creditor_id <> debtor_id", name=op.f("ck_charge_two_municipalities")),
        sa.ForeignKeyConstraint(["creditor_id"], ["municipality.id"], name=op.f("fk_charge_creditor_id")),
        sa.ForeignKeyConstraint(["debtor_id"], ["municipality.id"], name=op.f("fk_charge_debtor_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_charge_measure_id")),
        sa.ForeignKeyConstraint(["posted_by_id"], ["person.id"], name=op.f("fk_charge_posted_by_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["charge.id"], name=op.f("fk_charge_reverses_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charge")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_charge_reverses_id")),
    )
    op.create_index(op.f("ix_charge_creditor_id"), "charge", ["creditor_id"], unique=False)
    op.create_index(op.f("ix_charge_debtor_id"), "charge", ["debtor_id"], unique=False)
    op.create_index(op.f("ix_charge_measure_id"), "charge", ["measure_id"], unique=False)
    op.create_table(
        "council_vote",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("assembly_id", BigKey, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("vote", sa.Enum("yes", "no", "abstained", name="vote_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("recorded_by_id", BigKey, nullable=True),
        sa.ForeignKeyConstraint(["assembly_id"], ["assembly.id"], name=op.f("fk_council_vote_assembly_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_council_vote_measure_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_council_vote_municipality_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["person.id"], name=op.f("fk_council_vote_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_vote")),
        sa.UniqueConstraint("assembly_id", "measure_id", "municipality_id", name=op.f("uq_council_vote_assembly_id_measure_id_municipality_id")),
    )
    op.create_index(op.f("ix_council_vote_assembly_id"), "council_vote", ["assembly_id"], unique=False)
    op.create_index(op.f("ix_council_vote_measure_id"), "council_vote", ["measure_id"], unique=False)
    op.create_index(op.f("ix_council_vote_municipality_id"), "council_vote", ["municipality_id"], unique=False)
    op.create_table(
        "measure_effect",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=True),
        sa.Column("nature", sa.Enum("planned", "achieved", name="nature_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("cost", "hours_used", "orders", "saving", name="effectkind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("recorded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_measure_effect_measure_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_measure_effect_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_effect")),
        sa.UniqueConstraint(
            "measure_id",
            "nature",
            "kind",
            "unit",
            "municipality_id",
            "subject_kind",
            "subject_id",
            name=op.f("uq_measure_effect_measure_id_nature_kind_unit_municipality_id_subject_kind_subject_id"),
        ),
    )
    op.create_index(op.f("ix_measure_effect_measure_id"), "measure_effect", ["measure_id"], unique=False)
    op.create_index(op.f("ix_measure_effect_municipality_id"), "measure_effect", ["municipality_id"], unique=False)
    op.create_table(
        "measure_link",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("permission", sa.String(), nullable=True),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_measure_link_measure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_link")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_measure_link_kind_subject_id")),
    )
    op.create_index(op.f("ix_measure_link_measure_id"), "measure_link", ["measure_id"], unique=False)
    op.create_table(
        "measure_participation",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("municipality_id", BigKey, nullable=False),
        sa.Column("ground", sa.Enum("resolution", "mayor_trial", name="ground_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("resolution_number", sa.String(), nullable=True),
        sa.Column("resolution_on", sa.Date(), nullable=True),
        sa.Column("trial_until", sa.Date(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("left_reason", sa.String(), nullable=True),
        sa.Column("decided_by_id", BigKey, nullable=True),
        sa.CheckConstraint("ground <> 'mayor_trial' OR trial_until IS NOT NULL", name=op.f("ck_measure_participation_trial_ends")),
        sa.CheckConstraint(
            "ground <> 'resolution' OR (resolution_number IS NOT NULL AND resolution_on IS NOT NULL)", name=op.f("ck_measure_participation_resolution_named")
        ),
        sa.CheckConstraint("left_on IS NULL OR left_on >= joined_on", name=op.f("ck_measure_participation_days_in_order")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_measure_participation_decided_by_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_measure_participation_measure_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_measure_participation_municipality_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_participation")),
    )
    op.create_index(op.f("ix_measure_participation_measure_id"), "measure_participation", ["measure_id"], unique=False)
    op.create_index(op.f("ix_measure_participation_municipality_id"), "measure_participation", ["municipality_id"], unique=False)
    op.create_index(
        "uq_measure_participation_open",
        "measure_participation",
        ["measure_id", "municipality_id"],
        unique=True,
        sqlite_where=sa.text("left_on IS NULL"),
        postgresql_where=sa.text("left_on IS NULL"),
    )
    op.create_table(
        "measure_rating",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("measure_id", BigKey, nullable=False),
        sa.Column("working_group_id", BigKey, nullable=False),
        sa.Column("benefit", sa.Integer(), nullable=False),
        sa.Column("cost", sa.Integer(), nullable=False),
        sa.Column("effort", sa.Integer(), nullable=False),
        sa.Column("invented", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("rated_by_id", BigKey, nullable=True),
        sa.Column("rated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("benefit BETWEEN 1 AND 5 AND cost BETWEEN 1 AND 5 AND effort BETWEEN 1 AND 5", name=op.f("ck_measure_rating_one_to_five")),
        sa.ForeignKeyConstraint(["measure_id"], ["measure.id"], name=op.f("fk_measure_rating_measure_id")),
        sa.ForeignKeyConstraint(["rated_by_id"], ["person.id"], name=op.f("fk_measure_rating_rated_by_id")),
        sa.ForeignKeyConstraint(["working_group_id"], ["working_group.id"], name=op.f("fk_measure_rating_working_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_rating")),
        sa.UniqueConstraint("measure_id", "working_group_id", name=op.f("uq_measure_rating_measure_id_working_group_id")),
    )
    op.create_index(op.f("ix_measure_rating_measure_id"), "measure_rating", ["measure_id"], unique=False)
    op.create_index(op.f("ix_measure_rating_working_group_id"), "measure_rating", ["working_group_id"], unique=False)
    for statement in unchanging("charge", op.get_bind().dialect.name):
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
