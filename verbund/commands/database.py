"""`verbund migrate`, `upgrade`, `backup`, `restore`: the database as a whole."""

from pathlib import Path

import click
from flask import current_app

from commons import clock
from commons.database import db
from verbund import config, schema
from verbund.backup import Manifest, NothingToKeep, back_up
from verbund.commands.opened import assembled
from verbund.config import Settings
from verbund.locked_file import WrongKey
from verbund.restoring import CannotRestore
from verbund.restoring import restore as put_back


@click.command()
@click.option("--draft", metavar="TEXT", help="For developers: write the next migration from the models.")
def migrate(draft: str | None) -> None:
    """Bring the database to the shape that this version needs; make it where there is none."""
    with assembled().app_context():
        if draft is not None:
            schema.draft(draft)
            return
        click.echo(f"The database is at revision {schema.migrate()}.", err=True)


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where the backup goes; by default backups/ beside the data.")
def upgrade(folder: Path | None) -> None:
    """Back up the database, then bring it to the shape that this version needs; do nothing where it has it."""
    with assembled().app_context():
        with db.engine.connect() as connection:
            found = schema.revision_of(connection)
        if found not in {None, schema.head()}:
            _back_up(_dated(folder or config.var() / "backups", found))
        click.echo(f"The database is at revision {schema.migrate()}.", err=True)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE while others keep working; locked when VERBUND_BACKUP_KEY is set."""
    with assembled().app_context():
        try:
            _back_up(file)
        except NothingToKeep as fault:
            raise click.ClickException(str(fault)) from fault


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what the database holds now.")
def restore(file: Path, replace: bool) -> None:
    """Restore FILE, also one that was made on the other engine, and bring it to the shape that this version needs."""
    with assembled().app_context():
        try:
            manifest = put_back(db.engine, file, key=_key(), replace=replace)
        except (CannotRestore, WrongKey) as fault:
            raise click.ClickException(str(fault)) from fault
        click.echo(f"Restored {_sum(manifest)}, kept at {manifest.made_at}.", err=True)


def _back_up(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    manifest = back_up(db.engine, file, key=_key())
    locked = "locked" if _key() else "not locked"
    click.echo(f"Kept {_sum(manifest)} in {file} ({file.stat().st_size // 1024 + 1} KB, {locked}).", err=True)


def _dated(folder: Path, revision: str | None) -> Path:
    return folder / f"verbund-{clock.now():%Y%m%d-%H%M%S}-{revision}.backup"


def _sum(manifest: Manifest) -> str:
    return f"{sum(table['rows'] for table in manifest.tables.values())} rows of {len(manifest.tables)} tables"


def _key() -> str | None:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.backup_key
