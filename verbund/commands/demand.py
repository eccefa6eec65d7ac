"""`verbund demand`: read demand lists, and find what they ask for together; needs no database."""

import gc
import json
from collections.abc import Sequence
from pathlib import Path

import click

from commons.errors import RuleBroken
from commons.numbers import NumberLanguage
from procurement.reading import Reading, joined, read_demand
from procurement.rules import plain_result
from procurement.rules.matching import match

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
LOCALE = click.option("--locale", type=click.Choice(["de", "en"]), default="de", show_default=True, help="In which language the files write numbers.")

NO_DEMAND = (
    "In dieser Datei steht keine Zeile mit Bedarf. Bitte prüfen Sie, ob es die richtige ist und ob unter einer Kopfzeile mit Artikel und Menge Zeilen folgen."
)


@click.group()
def demand() -> None:
    """Bedarfslisten lesen und zusammenführen."""


@demand.command()
@FILES
@LOCALE
def read(files: Sequence[Path], locale: str) -> None:
    """Print lines, faults and skipped rows of demand lists as JSON."""
    reading = _read(files, locale)
    _print(plain_result.read_result(reading.lines, reading.faults, reading.skipped))


@demand.command(name="match")
@FILES
@LOCALE
def match_lists(files: Sequence[Path], locale: str) -> None:
    """Print the lines, which of them ask for the same article, and what a person should look at."""
    reading = _read(files, locale)
    click.echo(f"{len(reading.lines)} Zeilen werden verglichen …", err=True)
    _print(plain_result.match_result(reading.lines, reading.faults, reading.skipped, match(reading.lines, language=locale)))


def _read(files: Sequence[Path], locale: str) -> Reading:
    """Read every file; stop with a sentence at the first that cannot be read."""
    gc.disable()  # the process ends when the answer is printed; looking for rubbish costs a third of the time
    readings = []
    for file in files:
        try:
            readings.append(read_demand(file.read_bytes(), file.name, language=NumberLanguage(locale)))
        except RuleBroken as broken:
            click.echo(f"{file.name}: {broken}", err=True)
            raise SystemExit(1) from broken
        click.echo(f"{file.name}: {len(readings[-1].lines)} Zeilen, {len(readings[-1].faults)} Rückfragen", err=True)
        if not readings[-1].lines and not readings[-1].faults:
            click.echo(f"{file.name}: {NO_DEMAND}", err=True)
    return joined(readings)


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    demand()
