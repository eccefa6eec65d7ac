from decimal import Decimal

import pytest

from commons.units import NotComparable
from procurement.rules.amounts import FractionOfWhole, QuantityNegative, QuantityUnclear, SeveralArticles, UnitUnknown, amount_of
from procurement.rules.contents import PackContentMissing


@pytest.mark.parametrize(
    ("quantity", "unit", "article", "base", "amount"),
    [
        ("3 Karton à 5 Ries à 500 Bl + 7 Ries + 1\u00a0000 Blatt", "", "Papier A4 80 g", "LEF", "12000"),
        ("24", "KRT 5X500 BL", "KOPIERPAPIER A4 80G/QM", "LEF", "60000"),
        ("4", "Ries", "Kopierpapier A4", "LEF", "2000"),
        ("5", "Ries", "Karton A4 160 g/m², 250 Blatt/Ries", "LEF", "1250"),
        ("10", "Karton 5000 Bl", "Handtücher Z-Falz", "C62", "50000"),
        ("2", "Pal.", "Salz, Palette 40 Sack à 25 kg", "KGM", "2000"),
        ("500 kg (Eimer 25 kg)", "", "Kaltasphalt", "KGM", "500"),
        ("3", "KRT 12X750 ML", "WC-REINIGER", "LTR", "27"),
        ("4", "100er Pack", "Prospekthüllen", "C62", "400"),
        ("5", "Karton 12 Dosen", "Markierspray 500ml", "C62", "60"),
        ("60", "Ro", "Müllsä. 120l 25er", "C62", "1500"),
        ("12", "Rolle", "Klebefilm 19 mm x 33 m", "C62", "12"),
        ("3", "Ro", "Absperrband 80mm 500m", "MTR", "1500"),
        ("24", "St", "Fett EP2 Kart. 400g", "KGM", "9.6"),
        ("10", "Eimer", "Putzeimer 10 l, VPE 1 Eimer", "C62", "10"),
        ("5", "Stück", "Eimer 10 l Kunststoff", "C62", "5"),
        ("12", "m³", "Rindenmulch lose", "MTQ", "12"),
        ("1 Dtzd. (12 Rollen)", "", "Tesafilm", "C62", "12"),
        ("6", "PCK 12 PAA", "MONTAGEHANDSCHUH", "PR", "72"),
        ("20", "Packung", "Hefte A5, 32 Blatt, Packung 10 Stück", "C62", "200"),
    ],
)
def test_amount_of(quantity, unit, article, base, amount):
    found = amount_of(quantity, unit, article)

    assert (found.content.base, found.in_base) == (base, Decimal(amount))


@pytest.mark.parametrize(
    ("quantity", "unit", "article", "broken"),
    [
        ("10", "Sa", "Ölbinder Typ IIIR", PackContentMissing),
        ("10", "Rollen", "Müllsäcke 120 l", PackContentMissing),
        ("2,5", "Stück", "Leitkegel", FractionOfWhole),
        ("0,333", "Karton 10 St", "Leitkegel", FractionOfWhole),
        ("-3", "Stk", "Löscher", QuantityNegative),
        ("je 2", "Stk", "TK-5240 C/M/Y", SeveralArticles),
        ("nach Bedarf", "Stk", "Besen", QuantityUnclear),
        ("10", "Hucke", "Reisig", UnitUnknown),
        ("3 Sack à 25 kg + 7 Stück", "", "Salz", NotComparable),
    ],
)
def test_amount_of_raises_the_rule_that_is_broken(quantity, unit, article, broken):
    with pytest.raises(broken):
        amount_of(quantity, unit, article)


def test_packs_on_the_way_are_kept():
    content = amount_of("1", "Palette 56 Sack à 25kg", "Zement").content

    assert dict(content.packs) == {"XPX": 1400, "XSA": 25, "KGM": 1}


def test_leaves_of_a_pad_are_a_size():
    assert amount_of("72", "Block", "Haftnotiz 76x76, 100 Bl").in_base == 72
