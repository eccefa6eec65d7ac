from decimal import Decimal

import pytest

from commons.units import NotComparable, Quantity, standard_units

UNITS = standard_units()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Stück", "H87"),
        ("Stk.", "H87"),
        ("ST", "H87"),
        ("Krt", "XCT"),
        ("Kan.", "XCI"),
        ("t", "TNE"),
        ("to", "TNE"),
        ("CBM", "MTQ"),
        ("m³", "MTQ"),
        ("PAA", "PR"),
        ("Bl.", "LEF"),
        ("Big Bag", "X43"),
    ],
)
def test_find_knows_spellings(written, code):
    found = UNITS.find(written)

    assert found is not None
    assert found.code == code


def test_find_knows_nothing_of_deleted_or_foreign_codes():
    assert UNITS.find("D61") is None
    assert UNITS.find("Hucke") is None


def test_candidates_of_kart_are_carton_and_cartridge():
    assert {unit.code for unit in UNITS.candidates("Kart.")} == {"XCT", "XCQ"}


def test_quantity_in_base_is_exact():
    assert Quantity(amount=Decimal("2.5"), unit=UNITS.of_code("TNE")).in_base() == Decimal(2500)


@pytest.mark.parametrize(("first", "second"), [("KGM", "H87"), ("PR", "H87"), ("LTR", "KGM"), ("XSA", "KGM")])
def test_quantities_of_different_dimensions_are_not_added(first, second):
    one, other = (Quantity(amount=Decimal(1), unit=UNITS.of_code(code)) for code in (first, second))

    with pytest.raises(NotComparable):
        one.plus(other, UNITS)


def test_a_pack_has_no_factor():
    with pytest.raises(NotComparable):
        Quantity(amount=Decimal(1), unit=UNITS.of_code("XCT")).in_base()
