"""`verbund journal …`: prove that nobody changed the journal."""

import click

from commons import chain
from commons import journal as kept
from commons.database import write
from verbund.commands.opened import opened

REASONS = {
    "removed": "an entry was removed, or was never there",
    "altered": "the entry was altered",
    "payload altered": "the content of the entry was altered",
    "rebuilt": "the chain was rebuilt: its fingerprint here differs from the one kept elsewhere",
}


class Head(click.ParamType[tuple[int, str]]):
    """A fingerprint as it is mailed and printed: LENGTH:HASH."""

    name = "length:hash"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, str]:
        """Read the two parts."""
        length, _, fingerprint = str(value).partition(":")
        if not length.isdecimal() or len(fingerprint) != 64 or set(fingerprint) - set("0123456789abcdef"):
            self.fail(f"{value!r} is not LENGTH:HASH", param, ctx)
        return int(length), fingerprint


@click.group()
def journal() -> None:
    """Prove that nobody changed the journal."""


@journal.command()
@click.option("--head", "heads", type=Head(), multiple=True, help="A fingerprint kept elsewhere: from a letter or a printed page. May be repeated.")
def verify(heads: tuple[tuple[int, str], ...]) -> None:
    """Read the whole chain; exit 1 and name the first entry that does not fit."""
    with opened():
        report = chain.verify(dict(heads))
        if report.first_bad is not None:
            click.echo(f"Entry {report.first_bad} does not fit: {REASONS[report.reason or 'altered']}. {report.length} entries before it are sound.")
            raise SystemExit(1)
        click.echo(f"{report.length}:{report.head}")
        click.echo(f"{report.length} entries are sound, {report.waiting} wait to be chained.", err=True)


@journal.command()
def head() -> None:
    """Chain what waits and print the fingerprint, to be kept elsewhere."""
    with opened():
        while write(chain.chain):
            pass
        length, fingerprint = kept.head()
        click.echo(f"{length}:{fingerprint}")
