"""How the pages of uploaded lists call fields, reasons and choices."""

from decimal import Decimal

from commons.sign_in import language_of_reader
from commons.words import Message, german_number, say
from procurement.cells import letter
from procurement.models import Upload
from procurement.queries import wording as words
from procurement.rules.header_words import Field
from procurement.stages import UPLOAD_STAGE_NAMES, UploadStage

__all__ = ["FIELD_NAMES", "REASON_NAMES", "decimal_text", "letter", "unit_name", "upload_badge", "upload_title"]


def unit_name(code: str) -> str:
    """Name a unit in the reader's language."""
    return words.unit_name(code, language=language_of_reader())


FIELD_NAMES: dict[str, Message] = {
    "": say("nicht zugeordnet"),
    "payer": say("zahlende Gemeinde"),
    Field.ARTICLE: say("Artikel"),
    Field.SPECIFICATION: say("Ausführung"),
    Field.QUANTITY: say("Menge"),
    Field.UNIT: say("Einheit"),
    Field.CONTENT: say("Inhalt je Gebinde"),
    Field.TOTAL: say("Gesamtmenge"),
    Field.TOTAL_UNIT: say("Einheit der Gesamtmenge"),
    Field.PRICE: say("Preis je Einheit"),
    Field.AMOUNT: say("Betrag der Zeile"),
    Field.VAT: say("Umsatzsteuer"),
    Field.PRICE_UNIT: say("Preis gilt für"),
    Field.PLACE: say("Lieferort"),
    Field.NOTE: say("Bemerkung"),
    Field.ACCOUNT: say("Produktsachkonto"),
    Field.DEPARTMENT: say("Stelle"),
    Field.GROUP: say("Warengruppe"),
    Field.ARTICLE_NUMBER: say("Artikelnummer"),
    Field.EAN: say("EAN"),
    Field.BRAND: say("Marke"),
    Field.POSITION: say("Laufende Nummer"),
    Field.IGNORE: say("nicht verwenden"),
}
REASON_NAMES: dict[str, Message] = {
    "title": say("Titel der Liste"),
    "header": say("Kopfzeile"),
    "section": say("Zwischenüberschrift"),
    "subtotal": say("Summe oder Übertrag"),
    "hidden": say("ausgeblendete Zeile"),
    "zero": say("Menge 0"),
    "note": say("Hinweis oder gestrichen"),
}
_KINDS = {
    UploadStage.READING: "info",
    UploadStage.SETTLING: "warning",
    UploadStage.TAKEN_OVER: "success",
    UploadStage.DISCARDED: "info",
    UploadStage.UNREADABLE: "danger",
}


def upload_title(upload: Upload) -> str:
    """Name a list by its file and day."""
    return f"{upload.file.name} ({upload.created_at:%d.%m.%Y})"


def upload_badge(upload: Upload) -> tuple[Message, str]:
    """Return the words and the kind of badge of a list."""
    return UPLOAD_STAGE_NAMES[upload.stage], _KINDS[upload.stage]


def decimal_text(text: str) -> str:
    """Write a number that was kept as a plain text as Germans do."""
    return german_number(Decimal(text))
