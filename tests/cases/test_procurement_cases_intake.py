"""Cases of procurement that need no database, each under its number: intake and import, matching and units, packs and distribution."""

import io
from decimal import Decimal
from fractions import Fraction
from itertools import permutations

import openpyxl
import pytest
import xlsxwriter

from commons.numbers import AmbiguousNumber, ForeignNumber, read_number
from commons.units import NotComparable, Quantity, standard_units
from procurement.exchange.safe_cell import safe
from procurement.reading import read_demand
from procurement.rules.amounts import FractionOfWhole, QuantityNegative, amount_of
from procurement.rules.demand import FaultKind, SkipReason
from procurement.rules.distribution import deal
from procurement.rules.header_words import Field
from procurement.rules.matching import match
from procurement.rules.packs import Pack, Scale, Wish, plan_binding, plan_flexible


def csv(*rows, name="liste.csv"):
    return read_demand("\n".join(rows).encode(), name)


def priced(cell):
    return csv("Artikel;Menge;Einheit;Preis netto", f"Hammer;1;Stück;{cell}")


def lines_of(*articles):
    return [csv("Artikel;Menge;Einheit", f"{article};1;Stück", name=f"liste{number}.csv").lines[0] for number, article in enumerate(articles)]


def are_joined(first, second):
    return len(match(lines_of(first, second)).clusters) == 1


FIVE = Pack(name="Packung 5", content=Decimal(5), scales=(Scale(from_packs=1, price=Decimal("10.00")),))


def wishes(**quantities):
    return {name: Wish(quantity=Decimal(quantity)) for name, quantity in quantities.items()}


def test_case_1_two_row_merged_heading_title_rows_and_blank_column():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Bedarf")
    sheet.write("A1", "Gemeinde Musterdorf, Bedarf 2027")
    sheet.write("A3", "Nr.")
    sheet.merge_range("B3:C3", "Gegenstand der Beschaffung")
    sheet.merge_range("E3:F3", "Bedarf")
    sheet.write_row("B4", ["Artikel", "Ausführung", None, "Anzahl", "ME"])
    sheet.write_row("A5", [1, "Hammer", "500 g", None, 3, "Stück"])
    book.close()

    reading = read_demand(buffer.getvalue(), "liste.xlsx")

    (table,) = [mapping.table for mapping in reading.mappings]
    assert (table.header_first, table.header_last) == (3, 4)
    assert {column.number: column.field for column in table.columns if column.field} == {
        1: Field.POSITION, 2: Field.ARTICLE, 3: Field.SPECIFICATION, 5: Field.QUANTITY, 6: Field.UNIT,
    }  # fmt: skip
    assert [(line.text, line.specification, line.quantity) for line in reading.lines] == [("Hammer", "500 g", 3)]


def test_case_2_a_single_group_of_three_is_asked():
    assert read_number("1.234,56") == Decimal("1234.56")

    with pytest.raises(AmbiguousNumber) as asked:
        read_number("1.234")

    assert asked.value.readings == (Decimal(1234), Decimal("1.234"))
    assert [(fault.cell, fault.kind) for fault in csv("Artikel;Menge", "Hammer;1.234").faults] == [("B2", FaultKind.ASK)]


def test_case_3_english_number_in_a_german_file_is_refused_with_its_cell():
    with pytest.raises(ForeignNumber):
        read_number("1,234.56")

    assert [(fault.cell, fault.kind) for fault in priced("1,234.56").faults] == [("D2", FaultKind.REFUSE)]


def test_case_4_negative_price_is_refused_with_its_sign():
    reading = priced("-5,00")

    (fault,) = reading.faults
    assert (fault.cell, fault.kind, fault.field) == ("D2", FaultKind.REFUSE, "price")
    assert "-5" in str(fault.message)
    assert [line.price_net for line in reading.lines] == [None]


def test_case_5_number_without_whole_part():
    assert read_number(",89") == Decimal("0.89")


@pytest.mark.parametrize(("cell", "price"), [("12,-", Fraction(12)), ("k. A.", None), ("auf Anfrage", None)])
def test_case_6_round_price_and_no_price(cell, price):
    reading = priced(cell)

    assert (reading.lines[0].price_net, reading.faults) == (price, ())


@pytest.mark.parametrize(("cell", "price"), [("1\u00a0234,50 €", "1234.5"), ("€ 45,44", "45.44"), (" 12,5 ", "12.5")])
def test_case_7_numbers_kept_as_text(cell, price):
    assert priced(cell).lines[0].price_net == Fraction(price)


def hidden_workbook():
    book = openpyxl.Workbook()
    for row in (["Artikel", "Menge"], ["Hammer", 1], ["Säge", 2]):
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_case_9_hidden_rows_are_reported_and_read_only_on_confirmation():
    reading = read_demand(hidden_workbook(), "liste.xlsx")
    confirmed = read_demand(hidden_workbook(), "liste.xlsx", answers={("Sheet", 3, "hidden"): "read"})

    assert [line.text for line in reading.lines] == ["Hammer"]
    assert [(row.ref.row, row.reason) for row in reading.skipped if row.reason is SkipReason.HIDDEN] == [(3, SkipReason.HIDDEN)]
    assert [line.text for line in confirmed.lines] == ["Hammer", "Säge"]


def test_case_10_formula_without_value_is_reported():
    book = openpyxl.Workbook()
    for row in (["Artikel", "Menge"], ["Hammer", "=3*12"]):
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)

    reading = read_demand(buffer.getvalue(), "liste.xlsx")

    assert [(fault.cell, fault.kind) for fault in reading.faults] == [("B2", FaultKind.ASK)]
    assert reading.lines == ()


@pytest.mark.parametrize(("end", "encoding"), [("\r", "utf-8"), ("\r\n", "cp1252"), ("\n", "utf-8-sig")])
def test_case_11_line_ends_and_encodings(end, encoding):
    reading = read_demand(end.join(["Artikel;Menge", "Säge für Äste;2"]).encode(encoding), "liste.csv")

    assert [(line.text, line.quantity) for line in reading.lines] == [("Säge für Äste", 2)]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1"])
def test_case_13_texts_that_a_sheet_would_calculate_are_neutralised(text):
    assert safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Hammer", "-5", "3,5", "a=b"])
def test_case_13_other_texts_stay(text):
    assert safe(text) == text


def test_case_14_one_paper_in_two_words():
    lines = [
        *csv("Artikel;Menge;Einheit", "Kopierpapier A4 80g weiß 500 Bl.;10;Packung", name="a.csv").lines,
        *csv("Artikel;Menge;Einheit", "Druckerpapier DIN A4, 80 g/m², 500 Blatt;5;Packung", name="b.csv").lines,
    ]

    matched = match(lines)

    assert len(matched.clusters) == 1 or len(matched.review) == 1
    assert [line.quantity_in_base_unit for line in lines] == [5000, 2500]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kopierpapier A4 80 g weiß", "Kopierpapier A3 80 g weiß"),
        ("Kopierpapier A4 80 g weiß", "Kopierpapier A4 100 g weiß"),
        ("Toner HP 59A", "Toner HP 59X"),
        ("Toner TN-2410", "Toner TN 2420"),
        ("Einweghandschuhe Nitril M", "Einweghandschuhe Nitril Gr. L"),
        ("Warnweste gelb", "Warnweste orange"),
        ("Auftausalz lose", "Streusalz Sackware"),
        ("Splitt 2/5", "Splitt 5-8"),
        ("Motoröl 10W-40", "Motoröl 15W40"),
        ("Verbandkasten DIN 13157", "Verbandkasten DIN 13169"),
        ("Schere links", "Schere rechts"),
        ("Briefumschlag DL mit Fenster", "Briefumschlag DL ohne Fenster"),
        ("Sicherheitsschuh S3", "Sicherheitsschuh S1P"),
        ("Kopierpapier A4 80 g", "Kopierpapier A4 80 g Recycling"),
        ("Haftnotiz 76x76", "Haftnotiz 127 x 76 mm"),
        ("Akku 12 V", "Akku 18 V"),
        ("Müllsack 120 l", "Müllsack 60 l"),
    ],
)
def test_case_15_what_states_a_difference_is_never_joined(first, second):
    assert not are_joined(first, second)
    assert match(lines_of(first, second)).review == ()


def test_case_17_compound_amount():
    amount = amount_of("3 Karton à 5 Ries à 500 Bl + 7 Ries + 1 000 Blatt", "", "Kopierpapier A4 80 g")

    assert amount.in_base == 12_000
    assert amount.in_base / standard_units().of_code("RM").factor == 24


def test_case_18_mass_and_pieces_are_not_comparable():
    kilograms, pieces = (Quantity(amount=Decimal(10), unit=standard_units().of_code(code)) for code in ("KGM", "H87"))

    with pytest.raises(NotComparable):
        kilograms.plus(pieces, standard_units())

    lines = [
        *csv("Artikel;Menge;Einheit", "Ölbindemittel Typ III R;10;kg", name="a.csv").lines,
        *csv("Artikel;Menge;Einheit", "Ölbindemittel Typ III R;10;Stück", name="b.csv").lines,
    ]
    assert len(match(lines).clusters) == 2


def test_case_20_zero_negative_and_fraction():
    reading = csv("Artikel;Menge;Einheit", "Hammer;0;Stück", "Säge;-1;Stück", "Feile;0,333;Stück")

    assert [(row.ref.row, row.reason) for row in reading.skipped if row.ref.row > 1] == [(2, SkipReason.ZERO)]
    assert [(fault.cell, fault.kind) for fault in reading.faults] == [("B3", FaultKind.REFUSE), ("B4", FaultKind.REFUSE)]
    with pytest.raises(QuantityNegative):
        amount_of("-1", "Stück", "Säge")
    with pytest.raises(FractionOfWhole):
        amount_of("0,333", "Stück", "Feile")


def test_case_21_pack_rounding_over_the_pooled_quantity():
    plan = plan_binding([FIVE], wishes(a=7, b=4, c=2))

    assert [(pack.name, count) for pack, count in plan.packs] == [("Packung 5", 3)]
    assert (plan.total, plan.surplus, plan.surplus_cost, plan.cost) == (15, 2, Decimal("4.00"), Decimal("30.00"))
    assert plan.alone == 20
    assert sum(share.gets for share in plan.shares.values()) == 15


def test_case_22_binding_shows_what_lies_beyond_the_tolerance():
    plan = plan_binding([FIVE], {"A": Wish(quantity=Decimal(4), tolerance=Decimal(1)), "B": Wish(quantity=Decimal(2))})

    assert (plan.total, plan.surplus, plan.beyond_tolerance, plan.beyond_cost) == (10, 4, 3, Decimal("6.00"))
    assert plan.shares["A"].within_tolerance == 1


@pytest.mark.parametrize("order", list(permutations("AB")))
def test_case_22_flexible_takes_less_whatever_the_order_of_entry(order):
    wanted = {"A": Wish(quantity=Decimal(4), tolerance=Decimal(1)), "B": Wish(quantity=Decimal(2))}

    plan = plan_flexible([FIVE], {name: wanted[name] for name in order})

    assert plan.total == 5
    assert {name: share.gets for name, share in plan.shares.items()} == {"A": 3, "B": 2}


def test_case_23_minimum_order_counts_once_for_all():
    piece = Pack(name="Stück", content=Decimal(1))

    plan = plan_binding([piece], wishes(a=20, b=20, c=20), minimum_order=Decimal(100))

    assert (plan.total, plan.surplus, plan.alone) == (100, 40, 300)


def test_case_25_short_delivery_by_largest_remainder_with_balances():
    dealt = deal(Decimal(9), {"a": Decimal(7), "b": Decimal(4), "c": Decimal(2)})

    assert dealt.shares == {"a": 5, "b": 3, "c": 1}
    assert dealt.balances == {"a": Fraction(63, 13) - 5, "b": Fraction(36, 13) - 3, "c": Fraction(18, 13) - 1}
    rest = deal(Decimal(4), {"a": Decimal(7), "b": Decimal(4), "c": Decimal(2)}, balances=dealt.balances)
    assert {name: dealt.shares[name] + rest.shares[name] for name in "abc"} == {"a": 7, "b": 4, "c": 2}


def test_case_26_who_wants_nothing_gets_no_surplus():
    plan = plan_binding([FIVE], wishes(a=7, b=4, c=0))

    assert plan.surplus == 4
    assert plan.shares["c"].gets == 0
