"""Equivalents, substitutes, who may book, accessories, stock of pools, files, yearly seasons, and warnings of what is late.

Revision ID: 011
Revises: 010
"""

import json

import sqlalchemy as sa
from alembic import op

from commons.database import BigKey

revision = "011"
down_revision = "010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _season()
    _stock_and_files()
    _notices()
    _columns()
    _carry_accessories()


def _season() -> None:
    numbers = [sa.Column(name, sa.Integer(), nullable=False) for name in ("quantity", "from_month", "from_day", "until_month", "until_day")]
    op.create_table(
        "season",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        *numbers,
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_by_id", BigKey, nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_season_quantity_positive")),
        sa.CheckConstraint("from_month BETWEEN 1 AND 12 AND until_month BETWEEN 1 AND 12", name=op.f("ck_season_months_exist")),
        sa.CheckConstraint("from_day BETWEEN 1 AND 31 AND until_day BETWEEN 1 AND 31", name=op.f("ck_season_days_exist")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_season_created_by_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_season_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
    )
    op.create_index(op.f("ix_season_created_by_id"), "season", ["created_by_id"], unique=False)
    op.create_index(op.f("ix_season_resource_id"), "season", ["resource_id"], unique=False)


def _stock_and_files() -> None:
    op.create_table(
        "resource_stock",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("owner_id", BigKey, nullable=False),
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 1", name=op.f("ck_resource_stock_quantity_positive")),
        sa.CheckConstraint("serial = '' OR quantity = 1", name=op.f("ck_resource_stock_serial_is_one")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisation.id"], name=op.f("fk_resource_stock_owner_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_stock_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_stock")),
    )
    op.create_index(op.f("ix_resource_stock_owner_id"), "resource_stock", ["owner_id"], unique=False)
    op.create_index(op.f("ix_resource_stock_resource_id"), "resource_stock", ["resource_id"], unique=False)
    op.create_table(
        "resource_file",
        sa.Column("id", BigKey, autoincrement=True, nullable=False),
        sa.Column("resource_id", BigKey, nullable=False),
        sa.Column("file_id", BigKey, nullable=False),
        sa.Column("kind", sa.Enum("photo", "document", name="filekind_known", native_enum=False, create_constraint=True, length=40), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_resource_file_file_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_file_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_file")),
    )
    op.create_index(op.f("ix_resource_file_file_id"), "resource_file", ["file_id"], unique=False)
    op.create_index(op.f("ix_resource_file_resource_id"), "resource_file", ["resource_id"], unique=False)


def _notices() -> None:
    op.create_table(
        "overdue_notice",
        sa.Column("late_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("next_id", BigKey, autoincrement=False, nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["late_id"], ["booking.id"], name=op.f("fk_overdue_notice_late_id")),
        sa.ForeignKeyConstraint(["next_id"], ["booking.id"], name=op.f("fk_overdue_notice_next_id")),
        sa.PrimaryKeyConstraint("late_id", "next_id", name=op.f("pk_overdue_notice")),
    )
    op.create_index(op.f("ix_overdue_notice_next_id"), "overdue_notice", ["next_id"], unique=False)


def _columns() -> None:
    """Both engines add a column in place, with its constraint: nothing is copied, no trigger is lost."""
    key = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    for table, column in (
        ("resource", "accessories JSON NOT NULL DEFAULT '[]'"),
        (
            "resource",
            "bookers VARCHAR(40) NOT NULL DEFAULT 'members' CONSTRAINT ck_resource_bookers_known CHECK (bookers IN ('members', 'own', 'brigades', 'yards'))",
        ),
        ("closure", f"season_id {key} CONSTRAINT fk_closure_season_id REFERENCES season (id)"),
        ("booking_item", f"any_category_id {key} CONSTRAINT fk_booking_item_any_category_id REFERENCES resource_category (id)"),
        ("booking_item", "any_feature VARCHAR NOT NULL DEFAULT ''"),
        ("booking_item", "any_least BIGINT CONSTRAINT ck_booking_item_feature_with_least CHECK ((any_feature <> '') = (any_least IS NOT NULL))"),
        (
            "booking_item",
            (
                f"substitute_id {key} CONSTRAINT fk_booking_item_substitute_id REFERENCES resource (id) "
                "CONSTRAINT ck_booking_item_substitute_is_another CHECK (substitute_id IS NULL OR substitute_id <> resource_id)"
            ),
        ),
    ):
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    for table, name in (("closure", "season_id"), ("booking_item", "any_category_id"), ("booking_item", "substitute_id")):
        op.create_index(op.f(f"ix_{table}_{name}"), table, [name], unique=False)


def _carry_accessories() -> None:
    """Accessories stood among the features: they get a place of their own."""
    resource = sa.table("resource", sa.column("id", BigKey), sa.column("features", sa.JSON), sa.column("accessories", sa.JSON))
    connection = op.get_bind()
    for id_, stored in connection.execute(sa.select(resource.c.id, resource.c.features)).all():
        features = json.loads(stored) if isinstance(stored, str) else dict(stored or {})
        named = features.pop("Zubehör", None)
        if named:
            names = [name.strip() for name in str(named).split(",") if name.strip()]
            connection.execute(resource.update().where(resource.c.id == id_).values(features=features, accessories=names))


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
