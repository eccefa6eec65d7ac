from decimal import Decimal

from procurement.reading import read_demand
from procurement.rules.matching import match
from procurement.rules.settled_readings import settled_readings, usual_unit


def lines(*rows):
    """Make one list of each row of article, quantity and unit."""
    found = []
    for number, row in enumerate(rows):
        found.extend(read_demand(f"Artikel;Menge;Einheit\n{row}\n".encode(), f"liste{number}.csv").lines)
    return found


def test_a_sack_that_the_others_count_is_counted():
    found = lines("Rindenmulch 60 l Sack;20;Stück", "Rindenmulch;10;Stück", "Rindenmulch;5;Stück")

    (settled,) = settled_readings(found)

    assert (usual_unit(found), settled.ref, settled.quantity_in_base_unit, settled.base_unit) == ("C62", found[0].ref, 20, "C62")
    assert "wie in den anderen Zeilen" in str(settled.reason)
    assert "1.200" in str(settled.reason) or "1200" in str(settled.reason)


def test_a_sack_that_the_others_measure_stays_measured():
    found = lines("Rindenmulch 60 l Sack;20;Stück", "Rindenmulch;600;l", "Rindenmulch;300;l")

    assert (usual_unit(found), settled_readings(found)) == ("LTR", ())


def test_lines_of_one_reading_are_never_changed():
    assert settled_readings(lines("Rindenmulch;20;Stück", "Rindenmulch;600;l", "Rindenmulch;300;l")) == ()


def test_the_group_says_how_a_line_is_counted():
    found = lines("Rindenmulch Sack 60 l;20;Stück", "Rindenmulch;10;Stück", "Rindenmulch;5;Stück")

    (cluster,) = match(found).clusters

    assert cluster.base_unit == "C62"
    assert [(one.ref.list, one.quantity_in_base_unit) for one in cluster.settled] == [("liste0.csv", Decimal(20))]
    assert any("wie in den anderen Zeilen" in str(reason) for reason in cluster.reasons)
