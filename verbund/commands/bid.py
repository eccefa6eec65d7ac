"""`verbund bid`: seal a bid on the supplier's own machine, and check a receipt; needs no database and no network."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

import click

from commons.errors import RuleBroken
from commons.money import line_total
from commons.words import german_number
from procurement.exchange import price_sheet, tender_key
from procurement.exchange.price_sheet import FilledSheet
from procurement.exchange.tender_key import TenderKey
from procurement.rules.bid_check import MOST_PLACES
from procurement.rules.sealing import LARGEST_ENVELOPE, Label, envelope_hash, key_print, seal_bid
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
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Wohin; ohne Angabe neben die Datei, mit der Endung .vbid.")
def seal(file: Path, key_file: Path, reference: str, output: Path | None) -> None:
    """Prüfen und versiegeln Sie das Preisblatt FILE so, dass nur zwei Öffnende gemeinsam es nach Fristende lesen können."""
    key = _key(key_file)
    target = output or file.with_name(file.name + ".vbid")
    if not re.fullmatch(rf"A{re.escape(key.tender)}-[0-9A-Z]{{8}}", reference):
        _stop(f"{reference} ist kein Kennzeichen zu dieser Ausschreibung. Es steht auf Ihrer Angebotsseite, zum Beispiel A{key.tender}-7Q2MKX4P.")
    content = file.read_bytes()
    filled = _read_sheet(file, content, key)
    envelope = _sealed(content, Label(tender=key.tender, version=key.version, lot="", reference=reference), key)
    _keep(target, envelope)
    for line in _findings(filled):
        click.echo(line, err=True)
    click.echo(f"Vergleichen Sie die Prüfzahl des Schlüssels mit der Bekanntmachung: {key_print(key.public)}", err=True)
    answer = {"file": str(target), "sha256": envelope_hash(envelope), "tender": key.tender, "version": key.version, "key_print": key_print(key.public)}
    click.echo(json.dumps(answer, ensure_ascii=False, indent=1))


def _read_sheet(file: Path, content: bytes, key: TenderKey) -> FilledSheet:
    """Refuse what nobody could read at the opening: then it is too late to ask."""
    try:
        filled = price_sheet.read(content)
    except RuleBroken as broken:
        _stop(f"{file}: {broken}")
    if (filled.tender, filled.version) != (key.tender, key.version):
        _stop(f"{file}: Dieses Preisblatt gehört zu anderen Unterlagen oder einer anderen Fassung als die Schlüsseldatei.")
    if not any(line.unit_price is not None for line in filled.lines):
        _stop(f"{file}: Das Preisblatt enthält noch keinen Preis.")
    return filled


def _findings(filled: FilledSheet) -> Iterator[str]:
    """Say what the bid comes to and what is missing; the server cannot look before the opening."""
    totals = [line_total(line.unit_price, line.quantity) for line in filled.lines if line.unit_price is not None]
    yield f"Preise: {len(totals)} von {len(filled.lines)}. Summe netto vor Nachlass: {german_number(sum(totals, Decimal(0)), 2)} €."
    missing = [line.number for line in filled.lines if line.unit_price is None]
    if missing:
        yield f"Ohne Preis: {', '.join(missing)}. Fehlt in einem angebotenen Los ein Preis, ist das Angebot insoweit auszuschließen."
    yield from (
        f"Der Preis zu {line.number} zählt nicht: höchstens vier Nachkommastellen, nicht negativ." for line in filled.lines if not _counts(line.unit_price)
    )


def _counts(price: Decimal | None) -> bool:
    return price is None or (price >= 0 and price == round(price, MOST_PLACES))


def _sealed(content: bytes, label: Label, key: TenderKey) -> bytes:
    try:
        envelope = seal_bid(content, label=label, public=key.public)
    except ValueError:
        _stop("Mit diesem Schlüssel lässt sich nicht versiegeln. Bitte laden Sie die Schlüsseldatei neu.")
    if len(envelope) > LARGEST_ENVELOPE:
        _stop("Der Umschlag wäre größer als 8 MB und würde nicht angenommen.")
    return envelope


def _keep(target: Path, envelope: bytes) -> None:
    try:
        with target.open("xb") as file:
            file.write(envelope)
    except FileExistsError:
        _stop(f"{target} gibt es schon. Bitte wählen Sie mit --output einen anderen Namen.")
    except OSError as error:
        _stop(f"{target} lässt sich nicht schreiben: {error.strerror}.")


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
    except (ValueError, RecursionError):
        _stop(f"{file}: Diese Datei ist keine Quittung.")


def _stop(sentence: str) -> NoReturn:
    click.echo(sentence, err=True)
    raise SystemExit(1)
