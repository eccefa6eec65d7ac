"""`verbund worker`: letters, jobs and recurring work in the background."""

import logging

import click

from verbund import worker as at_work
from verbund.commands.opened import opened


@click.command()
@click.option("--once", is_flag=True, help="Do what there is to do, then end.")
def worker(once: bool) -> None:
    """Send letters, do jobs and recurring work, chain the journal, until stopped."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)
    with opened() as app:
        at_work.listen_to_signals()
        if once:
            at_work.work_until_done()
        else:
            at_work.work_forever(app)
