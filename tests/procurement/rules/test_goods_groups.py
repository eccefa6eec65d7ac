import csv
from pathlib import Path

import pytest

from procurement.bundling.lots import suggest_cpv
from procurement.rules.goods_groups import group_names, suggest_group

CHECKED = Path(__file__).parents[2] / "data" / "goods_groups.csv"


def checked():
    with CHECKED.open(encoding="utf-8", newline="") as file:
        return [(row["text"], tuple(row["prefixes"].split("|"))) for row in csv.DictReader(file)]


def test_groups_are_suggested_for_nearly_all_and_rightly_for_six_in_seven():
    found = [(suggest_cpv([text]), prefixes) for text, prefixes in checked()]

    assert sum(code is not None for code, _ in found) >= 0.95 * len(found)
    assert sum(code is not None and code.startswith(prefixes) for code, prefixes in found) >= 0.85 * len(found)


@pytest.mark.parametrize(
    ("texts", "group"),
    [
        (["Fußbälle Größe 5"], "Fußbälle"),
        (["Dingsbums für Fußbälle"], None),
        (["Dingsbums gelb A4"], None),
        (["Trinkwasser still 12x0,7 l", "Fußball Größe 5", "FUSSBALL GR.5"], "Fußbälle"),
    ],
    ids=["plural", "purpose_names_nothing", "statements_name_nothing", "most_texts_decide"],
)
def test_a_group_is_named_by_what_a_thing_is(texts, group):
    code = suggest_group(texts)

    assert (group_names()[code] if code else None) == group


def test_check_digits_are_those_of_the_official_table():
    assert group_names()["30197643-5"] == "Fotokopierpapier"
    assert len(group_names()) > 6000
