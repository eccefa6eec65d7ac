"""`verbund letters …`: the outbox from the mail server's side."""

import sys

import click

from commons import letters as outbox
from commons.bounces import read_bounce
from commons.database import write
from verbund.commands.opened import opened


@click.group()
def letters() -> None:
    """Tell the outbox what the mail server says."""


@letters.command()
def bounced() -> None:
    """Read a delivery report from standard input and mark the letter that came back.

    For a mail server that pipes the mailbox of VERBUND_MAIL_SENDER here. Other mails are passed over in silence.
    """
    bounce = read_bounce(sys.stdin.buffer.read())
    if bounce is None:
        click.echo("No delivery report of a failure.", err=True)
        return
    with opened():
        letter = write(outbox.mark_bounced, bounce.message_id, bounce.reason)
    click.echo(f"Letter {letter.id} came back: {bounce.reason}" if letter else f"No letter has the Message-ID {bounce.message_id}.", err=True)
