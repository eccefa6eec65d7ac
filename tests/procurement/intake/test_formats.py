"""Every format through the upload page: old Excel, LibreOffice, text files of any program; and every kind of bad file gets its sentence."""

import html
import io
from pathlib import Path

import pytest

from commons.permissions import Role
from procurement.exchange import demand_sheet
from tests.procurement.builders import LISTS, consumables
from tests.world import sign_in

OLD_EXCEL = (Path(__file__).parents[2] / "data" / "demand_formats" / "musterau.xls").read_bytes()
TABLE = "Artikel;Menge;Einheit;Preis netto\nÖlbinder für die Straße;10;Stück;1,50\n„Besen“ – breit;3;Stück;4,50 €\n"


def text(*, separator=";", end="\n", encoding="utf-8"):
    return TABLE.replace("4,50", '"4,50"').replace("1,50", '"1,50"').replace(";", separator).replace("\n", end).encode(encoding)


@pytest.fixture
def send(client_once, app_once, world):
    """Return what the page says after a file was sent."""
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))
    measure_id = consumables()

    def sent(content, name):
        form = {"file": (io.BytesIO(content), name), "measure_id": measure_id, "year": 2027, "replaces_id": ""}
        answer = client_once.post("/beschaffung/bedarf/hochladen", data=form)
        page = client_once.get(answer.location) if answer.status_code == 302 else answer
        return html.unescape(page.get_data(as_text=True))

    return sent


def test_old_excel_list_is_read_as_it_is(send):
    page = send(OLD_EXCEL, "musterau.xls")

    assert "Gelesene Zeilen (4)" in page
    assert "Kopfzeile in den Zeilen 4 und 5" in page
    assert "Straßenbesen Łużyca 40 cm" in page
    assert "1.500 Kilogramm" in page
    assert "12.500 Kilogramm" in page
    assert "0,25 €" in page
    assert "Zelle C10: Leuchtweste Größe L" in page
    assert "Hier steht „12.03.2027“ statt einer Zahl." in page
    assert "Zeile 11: 5 · Warnbake (alt)" in page


def test_libreoffice_list_is_read_as_it_is(send):
    page = send((LISTS / "ossling.ods").read_bytes(), "ossling.ods")

    assert "Zelle I70" in page
    assert "Zelle H90" in page
    assert "Gelesene Zeilen (135)" in page


@pytest.mark.parametrize(
    "content",
    [
        text(end="\r", encoding="cp1252"),
        text(end="\r\n", encoding="utf-8-sig"),
        text(separator=","),
        text(separator="\t", encoding="utf-16"),
    ],
    ids=["windows_1252_cr", "bom_crlf", "comma", "tab_utf_16"],
)
def test_text_file_is_read_as_it_is(send, content):
    page = send(content, "liste.txt")

    assert "Alle 2 Zeilen übernehmen" in page
    assert "Ölbinder für die Straße" in page
    assert "„Besen“ – breit" in page
    assert "4,50 €" in page


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"%PDF-1.7 Bedarf", "Dieses Dateiformat kann nicht gelesen werden."),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "Dieses Dateiformat kann nicht gelesen werden."),
        (b"PK\x03\x04 kein Archiv", "Die Datei ist beschädigt."),
        (OLD_EXCEL[:900], "Die Datei ist beschädigt."),
        (demand_sheet.OLE + "EncryptedPackage".encode("utf-16-le"), "Die Datei ist mit einem Kennwort geschützt."),
        (b"Sehr geehrte Damen und Herren,\nwir brauchen nichts.\n", "Keine Bedarfszeile gefunden"),
    ],
    ids=["empty", "pdf", "picture", "broken_zip", "cut_off_xls", "password", "letter"],
)
def test_every_kind_of_bad_file_gets_its_sentence(send, content, sentence):
    assert sentence in send(content, "liste.xlsx")


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("Eimer;1.250;Stück;2,00", "„1.250“ ist nicht eindeutig. Bitte geben Sie an, ob 1250 oder 1,25 gemeint ist."),
        ("Eimer;1,234.56;Stück;2,00", "„1,234.56“ hat Punkt und Komma vertauscht."),
        ("Eimer;-3;Stück;2,00", "Die Menge -3 ist negativ. Eine Rückgabe ist kein Bedarf"),
        ("Eimer;2,5;Stück;2,00", "2,5 Stück gibt es nicht: Dieser Artikel ist unteilbar."),
        ("Eimer;12.03.2026;Stück;2,00", "„12.03.2026“ ist ein Datum und keine Zahl."),
        ("Eimer;#BEZUG!;Stück;2,00", "In dieser Zelle meldet die Tabelle einen Fehler: #BEZUG!."),
        ("Eimer;3+2;Stück;2,00", "„3+2“ ist keine eindeutige Menge."),
        ("Eimer;;Stück;2,00", "Die Menge fehlt."),
        ("Toner C/M/Y;je 2;Stück;2,00", "„je 2“ meint mehrere Artikel in einer Zeile."),
        ("Ölbinder;10;Sack;2,00", "Es fehlt, was „Sack“ enthält."),
        ("Eimer;3;Blubb;2,00", "Die Einheit „Blubb“ ist nicht bekannt."),
        (";3;Stück;2,00", "In dieser Zeile steht kein Artikel."),
        ("Eimer;3;Stück;-5,00", "Der Preis -5 ist negativ."),
        ("Eimer;3;Stück;1,049.50 €", "„1,049.50“ hat Punkt und Komma vertauscht."),
        ("Eimer;3;Stück;1.234", "„1.234“ ist nicht eindeutig. Bitte geben Sie an, ob 1234 oder 1,234 gemeint ist."),
        ("Eimer;0;Stück;2,00", "Zeile 2: Menge 0"),
    ],
)
def test_every_kind_of_bad_cell_gets_its_sentence_beside_it(send, row, sentence):
    assert sentence in send(f"Artikel;Menge;Einheit;Preis\n{row}\nBesen;3;Stück;4,50\n".encode(), "liste.csv")


def test_quantity_out_of_reach_is_named_with_its_row(client_once, send):
    page = send(b"Artikel;Menge;Einheit\nEimer;99999999999999999999;St\xc3\xbcck\n", "liste.csv")
    action = page.split('action="/beschaffung/hochgeladen/')[1].split('"')[0]

    answer = client_once.post(f"/beschaffung/hochgeladen/{action.split('/')[0]}/uebernehmen", follow_redirects=True)

    assert "Zeile 2, „Eimer“: Die Menge ist zu groß" in html.unescape(answer.get_data(as_text=True))
