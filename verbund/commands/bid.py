"""`verbund bid`: seal a bid on the supplier's own machine, and check a receipt; needs no database and no network."""

import json
from pathlib import Path
from typing import NoReturn

import click

from commons.errors import RuleBroken
from procurement.exchange import tender_key
from procurement.exchange.tender_key import TenderKey
from procurement.rules.sealing import Label, envelope_hash, key_print, seal_bid
from procurement.rules.sealing_receipts import Receipt, check_receipt

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
KEY = click.option("--key", "key_file", type=FILE, required=True, help="Die Schlüsseldatei der Ausschreibung.")


@click.group()
def bid() -> None:
    """Angebote auf dem eigenen Rechner versiegeln und Quittungen prüfen."""


@bid.command()
@click.argument("file", type=FILE)
@KEY
@click.option("--reference", required=True, help="Das Kennzeichen Ihres Angebots; es steht auf Ihrer Angebotsseite.")
@click.option("--lot", default="", help="Das Los, wenn die Unterlagen einen Umschlag je Los verlangen.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Wohin; ohne Angabe neben die Datei, mit der Endung .vbid.")
def seal(file: Path, key_file: Path, reference: str, lot: str, output: Path | None) -> None:
    """Versiegeln Sie FILE so, dass nur zwei Öffnende gemeinsam es nach Fristende lesen können."""
    key = _key(key_file)
    target = output or file.with_name(file.name + ".vbid")
    if target.exists():
        _stop(f"{target} gibt es schon. Bitte wählen Sie mit --output einen anderen Namen.")
    label = Label(tender=key.tender, version=key.version, lot=lot, reference=reference)
    envelope = seal_bid(file.read_bytes(), label=label, public=key.public)
    target.write_bytes(envelope)
    click.echo(f"Vergleichen Sie die Prüfzahl des Schlüssels mit der Bekanntmachung: {key_print(key.public)}", err=True)
    answer = {"file": str(target), "sha256": envelope_hash(envelope), "tender": key.tender, "version": key.version, "key_print": key_print(key.public)}
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


@bid.command()
@click.argument("receipt_file", metavar="RECEIPT", type=FILE)
@click.argument("envelope", type=FILE)
@KEY
def check(receipt_file: Path, envelope: Path, key_file: Path) -> None:
    """Prüfen Sie, ob RECEIPT von der Vergabestelle stammt und zu ENVELOPE gehört."""
    receipt = _receipt(receipt_file, _key(key_file))
    if receipt.envelope_hash != envelope_hash(envelope.read_bytes()):
        _stop("Die Quittung ist echt, gehört aber zu einem anderen Umschlag.")
    answer = {"reference": receipt.reference, "received_at": receipt.received_at.isoformat(), "late": receipt.is_late, "sha256": receipt.envelope_hash}
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _key(file: Path) -> TenderKey:
    try:
        return tender_key.read(file.read_bytes())
    except RuleBroken as broken:
        _stop(f"{file}: {broken}")


def _receipt(file: Path, key: TenderKey) -> Receipt:
    try:
        data = json.loads(file.read_bytes())
        return check_receipt(data if isinstance(data, dict) else {}, public=key.receipts)
    except RuleBroken as broken:
        _stop(f"{file}: {broken}")
    except ValueError:
        _stop(f"{file}: Diese Datei ist keine Quittung.")


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)
