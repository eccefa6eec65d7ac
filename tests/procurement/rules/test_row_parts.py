import pytest

from procurement.reading import read_demand
from procurement.rules.demand import FaultKind
from procurement.rules.row_parts import asks_for_several, proposed_parts


@pytest.mark.parametrize(
    ("article", "quantity", "expected"),
    [
        ("Handschuhe M und L je 5 Pack", "", [("Handschuhe M", "5 Pack"), ("Handschuhe L", "5 Pack")]),
        ("Toner schwarz/cyan/magenta je 2", "6", [("Toner schwarz", "2"), ("Toner cyan", "2"), ("Toner magenta", "2")]),
        ("Toner schwarz/cyan/magenta je 2", "2", [("Toner schwarz", "2"), ("Toner cyan", "2"), ("Toner magenta", "2")]),
        ("Toner schwarz/cyan je 2", "5", [("Toner schwarz", None), ("Toner cyan", None)]),
        ("TK-5240 C/M/Y", "je 2", [("TK-5240 C", "2"), ("TK-5240 M", "2"), ("TK-5240 Y", "2")]),
        ("Warnweste, Größe S, M, L und XL, jeweils 10 Stück", "", [(f"Warnweste, Größe {size}", "10 Stück") for size in ("S", "M", "L", "XL")]),
        ("Gummistiefel Gr. 42 und 43", "je 4", [("Gummistiefel Gr. 42", "4"), ("Gummistiefel Gr. 43", "4")]),
        ("Ordner rot, grün und blau", "je 20", [("Ordner rot", "20"), ("Ordner grün", "20"), ("Ordner blau", "20")]),
        ("Schere links/rechts", "je 3", [("Schere links", "3"), ("Schere rechts", "3")]),
        ("Papier A4 und A3 je 10 Ries", "", [("Papier A4", "10 Ries"), ("Papier A3", "10 Ries")]),
        ("Bleistift", "je 4", [("Bleistift", "4")]),
        ("Absperrband rot/weiß 80 mm", "12", []),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_parts_are_proposed(article, quantity, expected):
    assert [(part.text, part.quantity) for part in proposed_parts(article, quantity)] == expected


@pytest.mark.parametrize("article", ["Absperrband rot/weiß 80 mm", "Schrauben M8, je 5 cm lang im Karton", "Kabel je Meter", "Papier A4 je 500 Blatt"])
def test_what_names_one_article_is_not_split(article):
    assert not asks_for_several(article)


def test_a_row_that_says_so_many_of_each_is_asked_and_never_added_up():
    rows = "Artikel;Menge;Einheit\nHandschuhe Nitril M und L je 5 Pack 100 Stück;10;Pack\nHandschuhe Nitril M und L je 5;10;Stück\nBesen;1;Stück\n"

    reading = read_demand(rows.encode(), "liste.csv")

    assert [(fault.ref.row, fault.kind, fault.field, fault.cell) for fault in reading.faults] == [(3, FaultKind.ASK, "article", "B3")]


def test_the_proposal_is_a_good_answer():
    rows = "Artikel;Menge;Einheit\nHandschuhe Nitril M und L je 5;10;Stück\n".encode()
    answer = "\n".join(f"{part.text}; {part.quantity}" for part in proposed_parts("Handschuhe Nitril M und L je 5", "10"))

    reading = read_demand(rows, "liste.csv", answers={(None, 2, "parts"): answer})

    assert [(line.ref.part, line.text, line.quantity) for line in reading.lines] == [(1, "Handschuhe Nitril M", 5), (2, "Handschuhe Nitril L", 5)]
