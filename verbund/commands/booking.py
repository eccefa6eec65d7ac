"""`verbund booking audit`: prove that nothing is taken twice."""

import json

import click

from booking.queries.audit import excesses, unheld
from verbund.commands.opened import opened


@click.group()
def booking() -> None:
    """See whether the plan is sound."""


@booking.command()
def audit() -> None:
    """Sweep the plan; exit 1 and name every moment at which more is taken than there is, and every booking that does not hold its time."""
    with opened():
        found, without = excesses(), unheld()
    rows = [{"resource": one.resource, "at": one.at.isoformat(), "taken": one.taken, "there": one.there} for one in found]
    promised = [{"booking": one.booking_id, "resource": one.resource} for one in without]
    click.echo(json.dumps({"excesses": rows, "unheld": promised}, ensure_ascii=False))
    click.get_current_context().exit(int(bool(rows or promised)))
