"""`verbund begin`: an empty association from rows, and its first administrator."""

from pathlib import Path

import click
from flask import Flask

from commons.database import write
from commons.errors import RuleBroken
from verbund import loading, schema
from verbund.commands.opened import assembled, check_current


@click.command()
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder with the rows of another association.")
@click.option("--first-administrator", "mail", metavar="MAIL", help="Mail address of the person who adds all others.")
@click.option("--name", help="Name of the first administrator.")
@click.option("--organisation", metavar="KEY", help="Organisation of the first administrator, for example verwaltung-bernsdorf.")
def begin(data: Path | None, mail: str | None, name: str | None, organisation: str | None) -> None:
    """Load members, organisations, rule values, working groups and measures; what is there already stays."""
    if mail and not (name and organisation):
        raise click.UsageError("--first-administrator needs --name and --organisation.")
    app = assembled()
    with app.app_context():
        if not schema.exists():
            schema.migrate()
        check_current()
        try:
            added = write(loading.begin, data)
            click.echo("Added: " + ", ".join(f"{count} {table}" for table, count in added.items()) + ".", err=True)
            if mail and name and organisation:
                _first_administrator(app, mail, name, organisation)
        except RuleBroken as broken:
            raise click.ClickException(str(broken.message)) from broken


def _first_administrator(app: Flask, mail: str, name: str, organisation: str) -> None:
    secret = write(loading.add_first_administrator, mail, name, organisation)
    if secret is None:
        click.echo(f"{mail} has an account already.", err=True)
    else:
        click.echo(f"{app.config['BASE_URL']}/konto/einrichten/{secret}")
