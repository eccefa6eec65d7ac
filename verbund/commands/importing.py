"""`verbund people import`, `verbund resources import` and their templates."""

from collections.abc import Callable
from pathlib import Path

import click

from commons.database import write
from commons.errors import RuleBroken
from commons.people import Actor, actors_of, find_person
from commons.permissions import Permission
from verbund import importing
from verbund.commands.opened import opened
from verbund.importing import Imported, SheetRefused

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
NEW_FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
BY = click.option("--by", "mail", metavar="MAIL", required=True, help="Who imports; the rows may concern that person's municipalities only.")


@click.group()
def resources() -> None:
    """Register devices from Excel."""


@click.command("import")
@FILE
@BY
def import_people(file: Path, mail: str) -> None:
    """Add the people of FILE with their roles: all or nothing."""
    found = _run(importing.import_people, file, mail)
    click.echo(f"{found.added} people added, {found.roles} roles given.", err=True)
    for name in found.known:
        click.echo(f"Unchanged, has the role already: {name}", err=True)


@resources.command("import")
@FILE
@BY
def import_devices(file: Path, mail: str) -> None:
    """Register the devices of FILE: all or nothing."""
    found = _run(importing.import_devices, file, mail)
    click.echo(f"{found.added} devices registered.", err=True)


@click.command("template")
@NEW_FILE
@BY
def people_template(file: Path, mail: str) -> None:
    """Write the workbook to fill in with people to FILE."""
    _write(importing.people_template, file, mail, Permission.PERSON_MANAGE)


@resources.command("template")
@NEW_FILE
@BY
def devices_template(file: Path, mail: str) -> None:
    """Write the workbook to fill in with devices to FILE."""
    _write(importing.devices_template, file, mail, Permission.RESOURCE_MANAGE)


def _run(verb: Callable[..., Imported], file: Path, mail: str) -> Imported:
    with opened():
        try:
            return write(verb, file.read_bytes(), by=_actors(mail))
        except SheetRefused as refused:
            for fault in refused.faults:
                click.echo(f"{fault.place} „{fault.cell}“: {fault.message}", err=True)
            raise click.ClickException(str(refused.message)) from refused
        except RuleBroken as broken:
            raise click.ClickException(str(broken.message)) from broken


def _write(make: Callable[[Actor], bytes], file: Path, mail: str, permission: Permission) -> None:
    with opened():
        actor = next((actor for actor in _actors(mail) if actor.may(permission)), None)
        if actor is None:
            raise click.ClickException(f"{mail} may not do this.")
        file.write_bytes(make(actor))


def _actors(mail: str) -> list[Actor]:
    person = find_person(mail)
    if person is None:
        raise click.ClickException(f"Nobody has the mail address {mail}.")
    return actors_of(person.id)
