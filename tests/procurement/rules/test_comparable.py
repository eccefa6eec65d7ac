from procurement.reading import joined, read_demand


def reading(*rows):
    return joined([read_demand("\n".join(["Artikel;Menge;Einheit", *rows]).encode(), "liste.csv")])


def test_loose_goods_in_tonnes_and_cubic_metres_are_asked():
    found = reading("Splitt 5/8 lose;15;t", "Splitt 2/5 lose;12;m³", "Rindenmulch;10;m³")

    assert [(fault.cell, fault.field) for fault in found.faults] == [("C3", "unit")]
    assert [line.text for line in found.lines] == ["Splitt 5/8 lose", "Rindenmulch"]


def test_the_dimension_that_most_lines_use_is_the_usual_one():
    found = reading("Mulch fein;15;m³", "Mulch grob;12;m³", "Mulch;10;t")

    assert [fault.cell for fault in found.faults] == ["C4"]


def test_goods_in_sacks_are_no_loose_goods():
    found = reading("Kies Zierkies;15;Sack 25 kg", "Kies 0/32;12;m³")

    assert found.faults == ()
