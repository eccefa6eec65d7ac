"""`verbund texts update`: gather every German sentence of the product into the English catalogue."""

import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from commons.shipped import rows
from verbund.config import CHECKOUT, shipped

FLOORS = ("commons", "cooperation", "procurement", "booking", "verbund", "templates")
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "_l": None, "say": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
OPTIONS = {"**.html": {"extensions": "jinja2.ext.i18n", "silent": "false", "encoding": "utf-8"}}


def catalogue_file() -> Path:
    """Return the English catalogue."""
    return shipped("translations") / "en" / "LC_MESSAGES" / "messages.po"


def sentences() -> Catalog:
    """Return every German sentence that the product can say, with the files that say it."""
    found = Catalog(locale=None, project="Verbund", charset="utf-8")
    for file, text in sorted(_extracted(), key=str):
        # No line numbers: a moved line is no change of the catalogue.
        found.add(text, locations=[(file, 0)], flags=_flags(text))
    return found


def _extracted() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    for floor in FLOORS:
        for file, _line, text, _comments, _context in extract_from_dir(CHECKOUT / floor, METHODS, OPTIONS, keywords=KEYWORDS):
            yield f"{floor}/{file}", text if isinstance(text, str) else tuple(text)
    for place, name in shipped_names():
        yield f"verbund/data/{place}", name


def shipped_names() -> Iterator[tuple[str, str]]:
    """Yield the names in shipped rows that sentences and pages say: categories of devices, measures."""
    yield from (("categories.csv", row["name_de"]) for row in rows("categories.csv"))
    yield from (("measures.csv", row["title_de"]) for row in rows("measures.csv"))


def _flags(text: str | tuple[str, ...]) -> list[str]:
    return ["python-format"] if "%(" in (text if isinstance(text, str) else text[0]) else []


def read_catalogue() -> Catalog:
    """Read the English catalogue."""
    file = catalogue_file()
    return read_po(io.BytesIO(file.read_bytes()), locale="en") if file.exists() else Catalog(locale="en", project="Verbund")


def missing() -> list[str]:
    """Return the German sentences that have no English one."""
    english = read_catalogue()
    return [str(message.id) for message in sentences() if message.id and not _is_translated(english, message.id)]


def _is_translated(english: Catalog, text: str | list[str] | tuple[str, ...]) -> bool:
    known = english.get(text if isinstance(text, str) else text[0])
    return known is not None and bool(known.string) and all(known.string if isinstance(known.string, tuple) else [known.string])


@click.group()
def texts() -> None:
    """See which sentences lack an English text."""


@texts.command("update")
def update() -> None:
    """Bring the English catalogue up to date; say how many sentences still want an English text."""
    english = read_catalogue()
    english.update(sentences(), no_fuzzy_matching=True)
    english.obsolete.clear()
    _keep(english)
    click.echo(f"{len(missing())} of {len(english)} sentences lack an English text.", err=True)


def _keep(english: Catalog) -> None:
    """Put the new catalogue in the place of the old one in a single step, so that nobody reads half of it."""
    file = catalogue_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, prefix=f"{file.name}.", delete=False) as new:
        write_po(new, english, width=120, sort_output=True, omit_header=False, include_lineno=False)
    Path(new.name).chmod(0o644)
    Path(new.name).replace(file)
