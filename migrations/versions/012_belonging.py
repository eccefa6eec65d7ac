"""Every device belongs to a measure, a charge names who lent and who borrowed, and only auditors have a scope.

Revision ID: 012
Revises: 011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.engine import Connection

from booking.models.guards import SQLITE
from commons import clock
from commons.database import BigKey

revision = "012"
down_revision = "011"
branch_labels = None
depends_on = None

# Triggers that look at the table of devices stand in the way of its copy on SQLite; they go and come again.
POOL_TRIGGERS = ("peak_occupancy_pool_insert", "peak_occupancy_pool_update")
NEW_GROUP = {"key": "geraete", "name": "Gemeinsam genutzte Geräte", "name_en": "Shared devices"}
NEW_MEASURE = {"title": "Gemeinsame Nutzung von Geräten", "title_en": "Shared use of devices", "source": "Angelegt für Geräte ohne Maßnahme"}

link = sa.table(
    "measure_link",
    *(sa.column(name) for name in ("measure_id", "kind", "subject_id", "title", "endpoint", "permission")),
    sa.column("values", sa.JSON()),
    sa.column("attached_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    connection = op.get_bind()
    _give_every_device_a_measure(connection)
    _require_the_measure(connection.dialect.name)
    _name_both_organisations_of_a_charge()
    _keep_scopes_to_auditors()


def _give_every_device_a_measure(connection: Connection) -> None:
    """A number that no measure has counts as none; a device that hangs on a measure already keeps it."""
    connection.execute(sa.text("UPDATE resource SET measure_number = NULL WHERE measure_number NOT IN (SELECT number FROM measure)"))
    connection.execute(
        sa.text(
            "UPDATE resource SET measure_number = (SELECT m.number FROM measure m JOIN measure_link l ON l.measure_id = m.id"
            " WHERE l.kind = 'resource' AND l.subject_id = resource.id) WHERE measure_number IS NULL"
        )
    )
    homeless = connection.execute(sa.text("SELECT id, name, retired_at FROM resource WHERE measure_number IS NULL ORDER BY id")).all()
    if homeless:
        measure_id, number = _shared_use(connection)
        connection.execute(sa.text("UPDATE resource SET measure_number = :number WHERE measure_number IS NULL"), {"number": number})
        for device in homeless:
            if device.retired_at is None:
                connection.execute(link.insert().values(_link(measure_id, device.id, device.name)))


def _link(measure_id: int, device_id: int, name: str) -> dict[str, object]:
    place = {"endpoint": "fleet.show_resource", "values": {"resource_id": device_id}, "permission": "resource:read"}
    return {"measure_id": measure_id, "kind": "resource", "subject_id": device_id, "title": name, "attached_at": clock.now(), **place}


def _shared_use(connection: Connection) -> tuple[int, int]:
    """Return the measure for shared machines: of those of booking the first that runs, is under way, or stands in the portfolio."""
    found = connection.execute(
        sa.text(
            "SELECT id, number FROM measure WHERE wing = 'booking' AND stage NOT IN ('ended', 'rejected')"
            " ORDER BY CASE stage WHEN 'running' THEN 0 WHEN 'in_progress' THEN 1 ELSE 2 END, number LIMIT 1"
        )
    ).first()
    return (found.id, found.number) if found else _new_measure(connection)


def _new_measure(connection: Connection) -> tuple[int, int]:
    """Enter a measure for a portfolio that has none for devices."""
    group = connection.execute(sa.text("SELECT id FROM working_group ORDER BY position, id LIMIT 1")).scalar()
    if group is None:
        connection.execute(
            sa.text("INSERT INTO working_group (key, name, name_en, position, confirmed) VALUES (:key, :name, :name_en, 0, :no)"), {**NEW_GROUP, "no": False}
        )
        group = connection.execute(sa.text("SELECT id FROM working_group")).scalar_one()
    number = connection.execute(sa.text("SELECT COALESCE(MAX(number), 0) + 1 FROM measure")).scalar_one()
    connection.execute(
        sa.text(
            "INSERT INTO measure (number, working_group_id, title, title_en, horizon, stage, described, origin, source, confirmed, wing)"
            " VALUES (:number, :group, :title, :title_en, 'short', 'running', :no, 'proposed', :source, :no, 'booking')"
        ),
        {**NEW_MEASURE, "number": number, "group": group, "no": False},
    )
    return connection.execute(sa.text("SELECT id FROM measure WHERE number = :number"), {"number": number}).scalar_one(), number


def _require_the_measure(engine: str) -> None:
    if engine == "sqlite":
        for name in POOL_TRIGGERS:
            op.execute(f"DROP TRIGGER {name}")
    with op.batch_alter_table("resource") as table:
        table.alter_column("measure_number", existing_type=sa.Integer(), nullable=False)
        table.create_foreign_key(op.f("fk_resource_measure_number"), "measure", ["measure_number"], ["number"])
        table.create_index(op.f("ix_resource_measure_number"), ["measure_number"])
    if engine == "sqlite":
        for statement in SQLITE:
            if any(name in statement for name in POOL_TRIGGERS):
                op.execute(statement)


def _name_both_organisations_of_a_charge() -> None:
    """Charges never change, so their table is not copied: SQLite would drop the triggers that say so."""
    for side in ("creditor", "debtor"):
        name = f"{side}_organisation_id"
        kind = BigKey.compile(dialect=op.get_bind().dialect)
        op.execute(f"ALTER TABLE charge ADD COLUMN {name} {kind} CONSTRAINT fk_charge_{name} REFERENCES organisation (id)")
        op.create_index(op.f(f"ix_charge_{name}"), "charge", [name])


def _keep_scopes_to_auditors() -> None:
    op.execute("UPDATE membership SET scope_from = NULL, scope_until = NULL WHERE role <> 'auditor' OR scope_until < scope_from")
    with op.batch_alter_table("membership") as table:
        table.create_check_constraint(op.f("ck_membership_scope_of_auditors"), "role = 'auditor' OR (scope_from IS NULL AND scope_until IS NULL)")
        table.create_check_constraint(op.f("ck_membership_scope_in_order"), "scope_until >= scope_from")


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
