"""`verbund booking audit`: prove that nothing is taken twice."""

import json

import click

from booking.queries.audit import excesses
from verbund.commands.opened import opened


@click.group()
def booking() -> None:
    """See whether the plan is sound."""


@booking.command()
def audit() -> None:
    """Sweep the table of planned occupancy; exit 1 and name every moment at which more is taken than there is."""
    with opened():
        found = excesses()
    rows = [{"resource": one.resource, "at": one.at.isoformat(), "taken": one.taken, "there": one.there} for one in found]
    click.echo(json.dumps({"excesses": rows}, ensure_ascii=False))
    click.get_current_context().exit(int(bool(found)))
