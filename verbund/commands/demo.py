"""`verbund demo …`: the demo association."""

import click

from commons.database import write
from verbund import demo as association
from verbund import loading
from verbund.commands.opened import opened
from verbund.demo.people import PASSWORD, sign_ins


@click.group()
def demo() -> None:
    """Try Verbund with an invented association."""


@demo.command()
def load() -> None:
    """Load the demo association and print how to sign in; nothing changes the second time."""
    with opened():
        write(loading.begin)
        association.load()
        rows = sign_ins()
    click.echo(f"Sign in with the password: {PASSWORD}")
    for mail, name, roles in rows:
        click.echo(f"  {mail:<44} {name}: {roles}")
