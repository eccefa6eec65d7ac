"""The five sample lists against their labels, and what must be asked or refused in them."""

import json
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from commons.numbers import NumberLanguage
from procurement.exchange.unreadable import FileEmpty
from procurement.reading import joined, read_demand, read_demands
from procurement.rules.demand import FaultKind, RowRef, SkipReason
from procurement.rules.header_words import Field

DEMAND = Path(__file__).parents[1] / "data" / "demand"
TRUTH = json.loads((DEMAND / "truth.json").read_text(encoding="utf-8"))
NAMES = ["bernsdorf.xlsx", "koenigsbrueck.xlsx", "laussnitz.csv", "neukirch.xlsx", "ossling.ods"]
TOTALS = {"bernsdorf.xlsx": 137, "koenigsbrueck.xlsx": 138, "laussnitz.csv": 100, "neukirch.xlsx": 96, "ossling.ods": 136}


@pytest.fixture(scope="module")
def reading():
    return joined([read_demand((DEMAND / "lists" / name).read_bytes(), name) for name in NAMES])


def csv(text, **options):
    return read_demand(text.encode(), "liste.csv", **options)


def test_every_labelled_row_is_read(reading):
    read = {(line.ref.list, line.ref.sheet, line.ref.row) for line in reading.lines}
    labelled = {(member["list"], member["sheet"], member["row"]) for article in TRUTH["articles"] for member in article["members"]}

    assert read == labelled
    assert Counter(line.ref.list for line in reading.lines) == TOTALS


def test_every_quantity_is_right_in_the_base_unit(reading):
    lines = {(line.ref.list, line.ref.sheet, line.ref.row): line for line in reading.lines}
    wrong = []
    for article in TRUTH["articles"]:
        for member in article["members"]:
            line = lines[member["list"], member["sheet"], member["row"]]
            factor = {("KGM", "TNE"): Decimal("0.001")}.get((line.base_unit, article["base_unit"]), Decimal(1))
            if line.quantity_in_base_unit * factor != Decimal(str(member["quantity_in_base_unit"])):
                wrong.append((line.full_text, line.quantity_in_base_unit, member["quantity_in_base_unit"]))

    assert wrong == []


def test_every_price_is_right_and_net(reading):
    lines = {(line.ref.list, line.ref.sheet, line.ref.row): line for line in reading.lines}
    wrong = []
    for article in TRUTH["articles"]:
        for member in article["members"]:
            line, wanted = lines[member["list"], member["sheet"], member["row"]], member["price"]["net_per_base_unit"]
            if (wanted is None) != (line.price_net_per_base_unit is None):
                wrong.append((line.full_text, wanted))
            elif wanted is not None:
                per = line.price_net_per_base_unit * (1000 if article["base_unit"] == "TNE" else 1)
                if abs(per - Fraction(wanted)) > Fraction(1, 1_000_000):
                    wrong.append((line.full_text, wanted, per))

    assert wrong == []


@pytest.mark.parametrize(
    ("name", "cell", "kind", "field"),
    [
        ("bernsdorf.xlsx", "F123", FaultKind.ASK, "quantity"),
        ("koenigsbrueck.xlsx", "C18", FaultKind.ASK, "article"),
        ("koenigsbrueck.xlsx", "C25", FaultKind.REFUSE, "quantity"),
        ("laussnitz.csv", "D56", FaultKind.ASK, "quantity"),
        ("laussnitz.csv", "E101", FaultKind.ASK, "unit"),
        ("neukirch.xlsx", "B75", FaultKind.REFUSE, "quantity"),
        ("neukirch.xlsx", "D100", FaultKind.REFUSE, "price"),
        ("ossling.ods", "I70", FaultKind.REFUSE, "price"),
        ("ossling.ods", "H90", FaultKind.ASK, "unit"),
    ],
)
def test_unclear_cells_are_asked_or_refused(reading, name, cell, kind, field):
    (fault,) = [fault for fault in reading.faults if (fault.ref.list, fault.cell) == (name, cell)]

    assert (fault.kind, fault.field) == (kind, field)


def test_nothing_else_is_asked(reading):
    assert len(reading.faults) == 9


def test_every_row_that_is_no_demand_has_its_reason(reading):
    labels = {"title": "title", "header": "header", "repeated_header": "header", "section_heading": "section", "subtotal": "subtotal", "total": "subtotal",
              "carry_over": "subtotal", "continuation_note": "note", "instruction_sheet": "note", "sign_off": "note", "hidden_row": "hidden"}  # fmt: skip
    wanted = {
        (entry["list"], row["sheet"], row["row"]): labels[row["reason"]] for entry in TRUTH["lists"] for row in entry["not_demand"] if row["reason"] != "blank"
    }
    wanted["bernsdorf.xlsx", "Bedarf 2027", 26] = "zero"

    assert {(row.ref.list, row.ref.sheet, row.ref.row): row.reason.value for row in reading.skipped} == wanted


def test_mapping_is_shown(reading):
    (table,) = [mapping.table for mapping in reading.mappings if mapping.sheet == "Bedarf 2027"]

    assert (table.header_first, table.header_last) == (6, 7)
    assert {column.heading: column.field for column in table.columns}["Gegenstand der Beschaffung / Ausführung"] is Field.SPECIFICATION


def test_a_remembered_mapping_is_used_again():
    text = "Zeug;Sonstiges;Menge\nSand;Kies;3\n"
    table = csv(text).mappings[0].table

    again = csv(text, remembered={table.signature: {1: Field.NOTE, 2: Field.ARTICLE, 3: Field.QUANTITY}})

    assert [(line.text, line.note) for line in again.lines] == [("Kies", "Sand")]


def test_answers_settle_faults():
    name = "laussnitz.csv"
    content = (DEMAND / "lists" / name).read_bytes()

    reading = read_demand(content, name, answers={(None, 56, "quantity"): "1250", (None, 101, "unit"): "Sack 10 kg"})

    settled = {line.ref.row: line for line in reading.lines if line.ref.row in {56, 101}}
    assert settled[56].quantity_in_base_unit == 1250
    assert (settled[101].quantity_in_base_unit, settled[101].base_unit) == (100, "KGM")
    assert reading.faults == ()


def test_an_answer_splits_a_row_into_parts():
    name = "koenigsbrueck.xlsx"
    parts = "Kyocera TK-5240 C; 2\nKyocera TK-5240 M; 2\nKyocera TK-5240 Y; 2"

    reading = read_demand((DEMAND / "lists" / name).read_bytes(), name, answers={("Verwaltung", 18, "parts"): parts})

    assert [(line.ref.part, line.text, line.quantity) for line in reading.lines if line.ref.row == 18 and line.ref.sheet == "Verwaltung"] == [
        (1, "Kyocera TK-5240 C", 2),
        (2, "Kyocera TK-5240 M", 2),
        (3, "Kyocera TK-5240 Y", 2),
    ]


def test_a_hidden_row_is_read_on_confirmation():
    name = "neukirch.xlsx"

    reading = read_demand((DEMAND / "lists" / name).read_bytes(), name, answers={("Liste", 15, "hidden"): "read"})

    assert [line.text for line in reading.lines if line.ref.row == 15] == ["Toner HP 59A schwarz"]


def test_without_a_quantity_column_each_row_counts_one():
    reading = csv("name,price\nUSB cable,1.50\n", language=NumberLanguage.ENGLISH)

    assert [(line.quantity, line.base_unit, line.price_net) for line in reading.lines] == [(1, "C62", Fraction(3, 2))]


def test_several_tables_in_one_sheet():
    reading = csv("Artikel;Menge;Einheit\nSand;3;t\n\nBenennung;ME;Anzahl\nKies;t;4\n")

    assert [(line.text, line.quantity) for line in reading.lines] == [("Sand", 3), ("Kies", 4)]


@pytest.mark.parametrize(("cell", "reason"), [("0", SkipReason.ZERO), ("0,00", SkipReason.ZERO)])
def test_quantity_zero_is_passed_over(cell, reason):
    assert [row.reason for row in csv(f"Artikel;Menge\nSand;{cell}\n").skipped if row.ref.row == 2] == [reason]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("", FaultKind.ASK),
        ("nach Bedarf", FaultKind.ASK),
        ("1,234.5", FaultKind.REFUSE),
        ("-2", FaultKind.REFUSE),
        ("2,5", FaultKind.REFUSE),
        ("10-20", FaultKind.ASK),
    ],
)
def test_quantities_that_are_no_number(cell, kind):
    assert [(fault.cell, fault.kind) for fault in csv(f"Artikel;Menge;Einheit\nHammer;{cell};Stück\n").faults] == [("B2", kind)]


def test_content_column_explains_the_pack():
    reading = csv("Artikel;Anzahl VPE;VPE;Inhalt je VPE\nHeftklammern;5;Karton;1000 Stück\n")

    assert [line.quantity_in_base_unit for line in reading.lines] == [5000]


def test_a_total_that_its_packs_do_not_hold_is_asked():
    reading = csv("Artikel;Anzahl VPE;VPE;Gesamtmenge;ME\nHeftklammern;5;Karton 1000 Stück;4000;Stück\n")

    assert [(fault.cell, fault.kind, fault.readings) for fault in reading.faults] == [("D2", FaultKind.ASK, (4000, 5000))]


def test_only_a_total_with_a_unit():
    reading = csv("Artikel;VPE-Inhalt;Anzahl Gebinde;Gesamtmenge;ME\nSeife;5 l;3;15;l\n")

    assert [(line.quantity_in_base_unit, line.base_unit) for line in reading.lines] == [(15, "LTR")]


@pytest.mark.parametrize(("cell", "sentence"), [("5 $", "nicht in Euro"), ("CHF 3,20", "nicht in Euro"), ("billig", "nicht klar, welcher Preis")])
def test_a_price_that_is_none_in_euros_is_asked_and_never_dropped(cell, sentence):
    (fault,) = csv(f"Artikel;Menge;ME;Preis\nHammer;3;Stück;{cell}\n").faults

    assert (fault.cell, sentence in str(fault.message)) == ("D2", True)


@pytest.mark.parametrize("cell", ["siehe Rechnung", "lt. Rahmenvertrag", "k. A.", "-", "auf Anfrage"])
def test_whoever_says_that_there_is_no_price_is_believed(cell):
    reading = csv(f"Artikel;Menge;ME;Preis\nHammer;3;Stück;{cell}\n")

    assert [(line.price_net, len(reading.faults)) for line in reading.lines] == [(None, 0)]


def test_a_heading_names_what_the_price_is_for():
    reading = csv("Artikel;Menge;ME;Preis je 100 Stück\nSchrauben;300;Stück;12,50\n")

    assert [line.price_net_per_base_unit for line in reading.lines] == [Fraction(1, 8)]


def test_large_lists_are_read_side_by_side_and_as_if_one_by_one():
    rows = "".join(f"Besen Nr. {number};{number};Stück\n" for number in range(1, 11_000))
    files = [(f"Artikel;Menge;Einheit\n{rows}".encode(), f"liste{number}.csv") for number in range(2)]

    together = read_demands(files)

    assert [(reading.name, len(reading.lines), len(reading.faults)) for reading in together] == [("liste0.csv", 10_999, 0), ("liste1.csv", 10_999, 0)]
    assert together[1].lines[-1].ref == RowRef(list="liste1.csv", sheet=None, row=11_000)


def test_a_list_that_cannot_be_read_is_named_among_large_ones():
    rows = "".join(f"Besen Nr. {number};{number};Stück\n" for number in range(1, 11_000))

    with pytest.raises(FileEmpty):
        read_demands([(f"Artikel;Menge;Einheit\n{rows * 2}".encode(), "liste.csv"), (b"", "leer.csv")])
