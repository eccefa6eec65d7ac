"""`verbund token …`: bearer tokens of the API."""

import click

from commons import tokens
from commons.database import write
from commons.people import find_person
from verbund.commands.opened import opened


@click.group()
def token() -> None:
    """Make tokens for programs that call the API."""


@token.command()
@click.option("--person", "mail", required=True, metavar="MAIL", help="In whose name the program acts.")
@click.option("--name", default="verbund token create", show_default=True, help="What the person sees in the own account.")
def create(mail: str, name: str) -> None:
    """Make a token for an active person and print it alone, for the only time."""
    with opened():
        person = find_person(mail)
        if person is None or not person.active:
            raise click.ClickException(f"{mail}: no active person has this mail address.")
        click.echo(write(tokens.create_token, person.id, name=name))
