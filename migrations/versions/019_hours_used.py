"""What lending brought before devices told their measure: the hours that other municipalities used them.

Revision ID: 019
Revises: 018
"""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "019"
down_revision = "018"
branch_labels = None
depends_on = None

TENTH = 100_000  # of an hour, as the column keeps it with six places

USES = sa.text("""
    SELECT measure.id AS measure_id, used.resource_id, used.municipality_id, used.out_at, used.back_at
    FROM resource_use AS used
    JOIN resource ON resource.id = used.resource_id
    JOIN organisation AS owner ON owner.id = resource.owner_id
    JOIN measure ON measure.number = resource.measure_number
    WHERE used.back_at IS NOT NULL AND used.municipality_id <> owner.municipality_id
    ORDER BY used.id
""").columns(out_at=sa.DateTime(timezone=True), back_at=sa.DateTime(timezone=True))


def upgrade() -> None:
    table = sa.Table("measure_effect", sa.MetaData(), autoload_with=op.get_bind())
    found = _added_up()
    if found:
        op.get_bind().execute(table.insert(), found)


def _added_up() -> list[dict[str, Any]]:
    tenths: dict[tuple[int, int, int], int] = defaultdict(int)
    last: dict[tuple[int, int, int], datetime] = {}
    for use in op.get_bind().execute(USES):
        what = (use.measure_id, use.municipality_id, use.resource_id)
        minutes = (use.back_at - use.out_at) // timedelta(minutes=1)
        tenths[what] += int((Decimal(minutes) / 6).quantize(Decimal(1)))
        last[what] = max(use.back_at, last.get(what, use.back_at))
    effect = {"nature": "achieved", "kind": "hours_used", "unit": "h", "subject_kind": "resource"}
    return [
        effect
        | {"measure_id": measure, "municipality_id": town, "subject_id": device, "amount": count * TENTH, "recorded_on": _day(last[measure, town, device])}
        for (measure, town, device), count in tenths.items()
    ]


def _day(moment: datetime) -> date:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo("Europe/Berlin")).date()


def downgrade() -> None:
    raise NotImplementedError("Verbund goes forward only: restore a backup instead")
