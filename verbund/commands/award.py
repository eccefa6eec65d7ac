"""`verbund award FILE`: the cheapest admissible award over all lots, proven; needs no database."""

from typing import BinaryIO

import click

from commons.errors import RuleBroken
from procurement import award_on_file
from procurement.exchange import award_file
from procurement.rules.winners_tender import Status


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--explain", is_flag=True, help="Say too what each condition costs, what comes second, and why a bidder gets nothing.")
@click.option(
    "--time-limit", type=click.FloatRange(min=0, min_open=True), default=600.0, show_default=True, help="Seconds after which the proven gap is enough."
)
def award(file: BinaryIO, explain: bool, time_limit: float) -> None:
    """Print the cheapest admissible award over all lots of a JSON file, proven; "-" reads standard input."""
    try:
        raw = award_file.read(file.read())
        for note in raw.notes:
            click.echo(f"Hinweis: {note}", err=True)
        tender, outcome = award_on_file.award_on_file(raw, seconds=time_limit)
    except RuleBroken as broken:
        click.echo(str(broken), err=True)
        raise SystemExit(1) from broken
    answer = award_on_file.plain(outcome)
    if explain and outcome.status is not Status.INFEASIBLE:
        click.echo("Die Vergabe wird erklärt …", err=True)
    if explain:
        answer["explanations"] = award_on_file.explanations_of(tender, outcome)
    click.echo(award_file.write(answer))
