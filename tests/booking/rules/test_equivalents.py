"""Which devices stand in for each other."""

from decimal import Decimal

import pytest

from booking.rules.equivalents import AnyOf, Likeness, alike, measurable, number_in

CAMERA = {"Auflösung": "320 x 240", "Akkulaufzeit": "4 h", "Gewicht": "0,9 kg"}
DETECTOR = {"Gase": "Ex, O₂, CO, H₂S", "Laufzeit": "14 h"}
B_HOSE = {"Länge": "20 m", "Durchmesser": "75 mm", "Kupplung": "Storz B"}
C_HOSE = {"Länge": "15 m", "Durchmesser": "42 mm", "Kupplung": "Storz C"}
BIG = {"Dauerleistung": "20 kVA", "Spannung": "230/400 V", "Tank": "90 l", "Laufzeit": "20 h"}
SMALL = {"Dauerleistung": "13 kVA", "Spannung": "230/400 V", "Gewicht": "148 kg", "Laufzeit": "3 h"}


def device(features, *, word="", category=1):
    return Likeness(category_id=category, equivalence=word, features=features)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (device(CAMERA), device(DETECTOR), False),
        (device(B_HOSE), device(C_HOSE), False),
        (device(B_HOSE), device(B_HOSE | {"Länge": "5 m"}), True),
        (device(BIG), device(SMALL), True),
        (device({}), device(CAMERA), True),
        (device(CAMERA, word="Kamera"), device(DETECTOR, word="kamera"), True),
        (device(BIG, word="Aggregat"), device(SMALL), False),
        (device(BIG), device(BIG, category=2), False),
    ],
    ids=["camera_and_detector", "b_and_c_hose", "shorter_hose", "generators", "nothing_known", "owners_word", "word_on_one_side", "other_kind"],
)
def test_alike(one, other, same):
    assert alike(one, other) is same
    assert alike(other, one) is same


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("18 m", Decimal(18)),
        ("2,4 t", Decimal("2.4")),
        ("1.000 l", Decimal(1000)),
        ("2 bis 8 m", Decimal(2)),
        ("ja", None),
        (None, None),
        ("1 x 6,8 l", Decimal(1)),
    ],
    ids=["whole", "comma", "grouped", "range", "word", "none", "product"],
)
def test_number_in(text, number):
    assert number_in(text) == number


def test_measurable_names_what_begins_with_a_number():
    assert measurable({"Arbeitshöhe": "18 m", "Antrieb": "Akku und 230 V", "Dach": "ja"}) == ["Arbeitshöhe"]


def test_any_of_without_a_least_takes_the_whole_kind():
    assert AnyOf(category_id=1, category="Heben").fits(1, {})
    assert not AnyOf(category_id=1, category="Heben").fits(2, {})
