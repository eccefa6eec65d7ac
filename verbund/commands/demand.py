"""`verbund demand`: read demand lists, and find what they ask for together; needs no database."""

import gc
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from commons.errors import RuleBroken
from commons.numbers import NumberLanguage
from procurement.reading import Reading, joined, read_demand, read_demands
from procurement.rules import plain_result
from procurement.rules.matching import match

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
LOCALE = click.option("--locale", type=click.Choice(["de", "en"]), default="de", show_default=True, help="In which language the files write numbers.")

NO_DEMAND = (
    "In dieser Datei steht keine Zeile mit Bedarf. Bitte prüfen Sie, ob es die richtige ist und ob unter einer Kopfzeile mit Artikel und Menge Zeilen folgen."
)


@click.group()
def demand() -> None:
    """Read demand lists, and find what they ask for together."""


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
    for file, reading in zip(files, _readings(files, NumberLanguage(locale)), strict=True):
        readings.append(reading)
        click.echo(f"{file.name}: {len(reading.lines)} Zeilen, {len(reading.faults)} Rückfragen", err=True)
        if not reading.lines and not reading.faults:
            click.echo(f"{file.name}: {NO_DEMAND}", err=True)
    return joined(readings)


def _readings(files: Sequence[Path], language: NumberLanguage) -> Iterator[Reading]:
    contents = [(file.read_bytes(), file.name) for file in files]
    try:
        yield from read_demands(contents, language=language)
    except RuleBroken:
        yield from _one_by_one(contents, language)


def _one_by_one(contents: Sequence[tuple[bytes, str]], language: NumberLanguage) -> Iterator[Reading]:
    """Name the file that cannot be read."""
    for content, name in contents:
        try:
            yield read_demand(content, name, language=language)
        except RuleBroken as broken:
            click.echo(f"{name}: {broken}", err=True)
            raise SystemExit(1) from broken


def _print(result: dict[str, object]) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    demand()
