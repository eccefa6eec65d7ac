"""`verbund people …`: who is known, and for whom they act."""

import json
from datetime import date, datetime
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from commons import appointing, clock, examining, invitations, staffing, tokens
from commons.clock import today
from commons.database import db, write
from commons.errors import NotFound, RuleBroken
from commons.people import Membership, Person, is_in_force
from commons.permissions import Role
from commons.sending import full_link
from verbund.commands.importing import import_people, people_template
from verbund.commands.opened import opened

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def people() -> None:
    """See who may sign in and act for whom."""


@people.command("list")
@click.option("--json", "as_json", is_flag=True, help="As JSON for programs.")
def list_people(as_json: bool) -> None:
    """List the active people and their memberships of today."""
    with opened():
        found = db.session.scalars(select(Person).where(Person.active).order_by(Person.id).options(selectinload(Person.memberships))).all()
        rows = [_row(person) for person in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        places = ", ".join(f"{membership['role']}@{membership['organisation']}" for membership in row["memberships"])
        click.echo(f"{row['mail'] or '–'}\t{row['name']}\t{places}")


@people.command()
@click.option("--name", required=True)
@click.option("--mail", help="Without one the person gets a name to sign in with and letters on paper.")
@click.option("--organisation", required=True, metavar="KEY", help="Who employs the person and where the role counts.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option("--audits-from", metavar="DAY", type=DAY, help="For an auditor: the first day to examine, as 2026-01-31.")
@click.option("--audits-until", metavar="DAY", type=DAY, help="For an auditor: the last day to examine; without it, without end.")
def add(name: str, mail: str | None, organisation: str, role: str, audits_from: datetime | None, audits_until: datetime | None) -> None:
    """Enter a person, for instance the first administrator, and print the address where the password is set."""
    scope = (audits_from and audits_from.date(), audits_until and audits_until.date())
    with opened():
        try:
            person, secret = write(_enter, name, mail, organisation, Role(role), scope)
        except NotFound as fault:
            raise click.ClickException(f"{organisation}: no organisation has this key.") from fault
        except RuleBroken as broken:
            raise click.ClickException(str(broken.message)) from broken
        click.echo(f"{person.email or person.login_name}\t{full_link(f'/konto/einrichten/{secret}')}")


def _enter(name: str, mail: str | None, organisation: str, role: Role, scope: tuple[date | None, date | None]) -> tuple[Person, str]:
    examining.check_stated(role, scope[0])
    appointing.check_scope(role, scope)
    person = staffing.enter(name, mail, employer=organisation, roles=[(organisation, role)], since=today(), scope=scope)
    return person, tokens.invite(invitations.SCOPE, person.id, until=clock.now() + invitations.LASTS, by=None)


def _row(person: Person) -> dict[str, Any]:
    day = today()
    current: list[Membership] = [membership for membership in person.memberships if is_in_force(membership, day)]
    memberships = [{"organisation": membership.organisation.key, "role": membership.role.value} for membership in sorted(current, key=lambda one: one.id)]
    return {"mail": person.email, "name": person.name, "memberships": memberships}


people.add_command(import_people)
people.add_command(people_template)
