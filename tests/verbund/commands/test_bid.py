import io
import json
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import openpyxl
import pytest
from click.testing import CliRunner

from procurement.exchange import price_sheet, tender_key
from procurement.exchange.price_sheet import PriceSheet, SheetPosition
from procurement.exchange.tender_key import TenderKey
from procurement.rules.bid_check import fingerprint
from procurement.rules.sealing import Label, envelope_hash, key_print, make_keys, open_bid
from procurement.rules.sealing_receipts import Receipt, make_signing_key, sign_receipt
from verbund.commands.bid import bid

KEYS = make_keys()
SIGNING, RECEIPTS = make_signing_key()
REFERENCE = "A12-7Q2MKX4P"
POSITIONS = tuple(
    SheetPosition(
        number=number, text="Kopierpapier", quantity=Decimal(3), unit="Packung", fingerprint=fingerprint(number, "Kopierpapier", Decimal(3), "Packung")
    )
    for number in ("1.1", "1.2")
)


def sheet(price=None, **values):
    """Return the price sheet of the tender with one price filled in."""
    given = {"tender": "12", "version": 2, "title": "Papier", "deadline": "morgen", "lots": (("Los 1: Papier", POSITIONS),)}
    book = openpyxl.load_workbook(io.BytesIO(price_sheet.write(PriceSheet(**given | values))))
    book.active["E8"] = price
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_picture(content):
    """Return a sheet that somebody put a large picture into."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/media/image1.bmp", bytes(9 * 1024 * 1024))
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "angebot.xlsx").write_bytes(sheet(3.25))
    key = TenderKey(tender="12", version=2, public=KEYS.public, receipts=RECEIPTS)
    (tmp_path / "schluessel.json").write_text(tender_key.write(key, key_print=key_print(KEYS.public)))
    return tmp_path


def run(*arguments):
    return CliRunner().invoke(bid, [str(argument) for argument in arguments])


def sealed(folder):
    return run("seal", folder / "angebot.xlsx", "--key", folder / "schluessel.json", "--reference", REFERENCE)


def test_seal_writes_an_envelope_for_the_tender(folder):
    result = sealed(folder)

    envelope = (folder / "angebot.xlsx.vbid").read_bytes()
    assert (result.exit_code, json.loads(result.stdout)["sha256"]) == (0, envelope_hash(envelope))
    assert key_print(KEYS.public) in result.stderr
    assert open_bid(envelope, label=Label(tender="12", version=2, lot="", reference=REFERENCE), private=KEYS.private) == (folder / "angebot.xlsx").read_bytes()
    assert "Preise: 1 von 2. Summe netto vor Nachlass: 9,75 €." in result.stderr
    assert "Ohne Preis: 1.2." in result.stderr


def test_seal_overwrites_nothing(folder):
    sealed(folder)

    assert sealed(folder).exit_code == 1


@pytest.mark.parametrize(
    "content", ["", "{}", '{"format": "verbund-tender-key 1", "tender": "x", "version": 1, "public_key": "AAAA", "receipt_key": "AAAA"}', "[]"]
)
def test_seal_refuses_another_file_as_key(folder, content):
    (folder / "schluessel.json").write_text(content)

    result = sealed(folder)

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_check_tells_whether_a_receipt_fits(folder):
    sealed(folder)
    envelope = folder / "angebot.xlsx.vbid"
    at = datetime(2026, 11, 27, 11, tzinfo=UTC)
    receipt = Receipt(tender="12", version=2, reference=REFERENCE, received_at=at, envelope_hash=envelope_hash(envelope.read_bytes()), is_late=False)
    (folder / "quittung.json").write_text(json.dumps(dict(sign_receipt(receipt, private=SIGNING))))

    good = run("check", folder / "quittung.json", envelope, "--key", folder / "schluessel.json")
    other = run("check", folder / "quittung.json", folder / "angebot.xlsx", "--key", folder / "schluessel.json")
    broken = run("check", folder / "schluessel.json", envelope, "--key", folder / "schluessel.json")

    assert (good.exit_code, json.loads(good.stdout)["late"]) == (0, False)
    assert (other.exit_code, broken.exit_code) == (1, 1)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "leer"),
        (b"%PDF-1.7 mein Angebot", "Dateiformat"),
        (sheet(), "noch keinen Preis"),
        (sheet(3, tender="13"), "zu anderen Unterlagen"),
        (sheet(3, version=1), "anderen Fassung"),
        (sheet("auf Anfrage"), "Zelle E8"),
        (sheet("=1/3"), "Formel"),
        (with_picture(sheet(3)), "8 MB"),
    ],
    ids=["empty", "pdf", "no_price", "other_tender", "old_version", "words", "formula", "nine_megabytes"],
)
def test_seal_refuses_what_nobody_could_read_at_the_opening(folder, content, why):
    (folder / "angebot.xlsx").write_bytes(content)

    result = sealed(folder)

    assert (result.exit_code, why in result.stderr, result.stderr.count("\n")) == (1, True, 1)
    assert not (folder / "angebot.xlsx.vbid").exists()


def test_seal_names_a_price_that_will_not_count(folder):
    (folder / "angebot.xlsx").write_bytes(sheet(1.23456))

    assert "Der Preis zu 1.1 zählt nicht" in sealed(folder).stderr


@pytest.mark.parametrize("change", [{"version": True}, {"version": 0}, {"tender": ["12"]}, {"tender": "x"}, {"public_key": "A" * 43 + "="}])
def test_seal_refuses_a_key_file_that_somebody_altered(folder, change):
    file = folder / "schluessel.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))

    result = sealed(folder)

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("reference", "target"), [("A13-7Q2MKX4P", "a.vbid"), ("", "a.vbid"), (REFERENCE, "nirgends/a.vbid")], ids=["other", "none", "no_folder"]
)
def test_seal_refuses_an_odd_reference_or_place(folder, reference, target):
    result = run("seal", folder / "angebot.xlsx", "--key", folder / "schluessel.json", "--reference", reference, "--output", folder / target)

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_check_refuses_a_receipt_that_is_none(folder):
    sealed(folder)
    (folder / "quittung.json").write_text("[" * 100_000)

    result = run("check", folder / "quittung.json", folder / "angebot.xlsx.vbid", "--key", folder / "schluessel.json")

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
