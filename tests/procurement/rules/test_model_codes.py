import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from procurement.reading import read_demand
from procurement.rules.known_words import vocabulary
from procurement.rules.matching import match

GOODS = ["Toner HP", "Druckkopf", "Akku Makita", "Luftfilter Stihl", "Zündkerze", "Leuchtmittel", "Keilriemen", "Tintenpatrone Canon"]
SIDE_GOODS = "Besen;Eimer;Kopierpapier A4;Hammer;Leiter;Warnweste gelb;Handschuhe M;Klebeband;Ordner;Farbe"
WAYS = ["{head} {prefix}{number}{letter}", "{head} {prefix}-{number}{letter}", "{head}, {prefix} {number}{letter}", "{head} ({prefix}{number}{letter})"]
CONTENTS = set("GLMT")  # a bare 7L is the content of a pack, whatever the goods
LETTERS = string.ascii_uppercase


def lines(*articles):
    """Make a list of each article, among goods that all lists ask for."""
    found = []
    for number, article in enumerate(articles):
        rows = "\n".join(f"{text};1;Stück" for text in [article, *SIDE_GOODS.split(";")])
        found.extend(read_demand(f"Artikel;Menge;Einheit\n{rows}\n".encode(), f"liste{number}.csv").lines)
    return found


def are_joined(first, second):
    return any(sum(ref.row == 2 for ref in cluster.members) == 2 for cluster in match(lines(first, second)).clusters)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Toner HP 83A", "Toner HP 83X"),
        ("Toner HP 59A", "Toner HP 83X"),
        ("Toner 305A", "Toner 305X"),
        ("Toner TN-2410", "Toner TN 2420"),
        ("Toner TK-5240K", "Toner TK-5240C"),
        ("Akku BP-5L", "Akku BP-6L"),
        ("Halogenlampe H4 12 V", "Halogenlampe H7 12 V"),
        ("Batterie LR6", "Batterie LR03"),
        ("LED-Lampe E14 9 W", "LED-Lampe E27 9 W"),
        ("LED-Lampe GU10 9 W", "LED-Lampe GU5.3 9 W"),
        ("Knopfzelle CR2032", "Knopfzelle CR2025"),
        ("Toner HP NK1", "Toner HP NK-1A"),
        ("Toner HP SK1", "Toner HP, SK 1A"),
    ],
    ids=lambda text: text,
)
def test_another_model_is_never_joined(first, second):
    assert not are_joined(first, second)


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(GOODS),
    st.one_of(st.just(""), st.text(LETTERS, min_size=2, max_size=3)),
    st.integers(1, 9999),
    st.integers(1, 9999),
    st.sampled_from(["", *LETTERS]),
    st.sampled_from(["", *LETTERS]),
    st.sampled_from(WAYS),
    st.sampled_from(WAYS),
)
def test_codes_of_one_series_are_never_joined(head, prefix, number, other_number, letter, other_letter, way, other_way):
    assume((number, letter) != (other_number, other_letter) and prefix.lower() not in vocabulary().words)  # AA-1 may be a battery
    assume(prefix or (letter and other_letter and not {letter, other_letter} & CONTENTS))
    first = way.format(head=head, prefix=prefix, number=number, letter=letter)
    second = other_way.format(head=head, prefix=prefix, number=other_number, letter=other_letter)

    assert not are_joined(first, second)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(GOODS), st.text(LETTERS, min_size=2, max_size=3), st.integers(10, 9999), st.sampled_from(WAYS), st.sampled_from(WAYS))
def test_one_code_in_two_ways_is_found(head, prefix, number, way, other_way):
    found = match(lines(*(one.format(head=head, prefix=prefix, number=number, letter="") for one in (way, other_way))))

    together = [cluster for cluster in found.clusters if sum(ref.row == 2 for ref in cluster.members) == 2]
    assert together or any(proposal.a.row == proposal.b.row == 2 for proposal in found.review)
