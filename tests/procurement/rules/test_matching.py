from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from benchmarks.matching import measure
from procurement.reading import read_demand
from procurement.rules.matching import Remembered, article_key, match

DATA = Path(__file__).parents[2] / "data"


def lines(*lists):
    """Make one list of each group of articles; an article may name its unit behind a bar."""
    found = []
    for number, articles in enumerate(lists):
        rows = "\n".join(f"{article.partition('|')[0]};1;{article.partition('|')[2] or 'Stück'}" for article in articles)
        found.extend(read_demand(f"Artikel;Menge;Einheit\n{rows}\n".encode(), f"liste{number}.csv").lines)
    return found


def groups(matched):
    return sorted(sorted((ref.list, ref.row) for ref in cluster.members) for cluster in matched.clusters if len(cluster.members) > 1)


def test_the_sample_lists_reach_the_goals():
    found = measure(sorted((DATA / "demand" / "lists").iterdir()), DATA / "demand" / "truth.json")

    assert (found.read, found.quantities, found.near_misses) == (1, 1, 0)
    assert found.precision >= 0.98
    assert found.recall >= 0.92
    assert found.with_review >= 0.98
    assert found.wrong_proposals <= 1 / 3


@pytest.mark.parametrize(
    ("folder", "recall"),
    [
        ("demand_werkstatt", 0.93),
        ("demand_kita_it", 0.93),
        ("demand_haustechnik", 0.95),
        ("demand_spielplatz", 0.94),
        ("demand_kueche_wehr", 0.94),
        ("demand_friedhof_bad", 0.86),
    ],
)
def test_other_goods_are_joined_as_surely(folder, recall):
    lists = [file for file in sorted((DATA / folder).iterdir()) if file.name != "truth.json"]

    found = measure(lists, DATA / folder / "truth.json")

    assert (found.read, found.precision, found.quantities) == (1, 1, 1)
    assert found.recall >= recall
    assert found.with_review >= 0.97
    assert found.wrong_proposals <= 1 / 3


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Auftausalz lose|t", "Streusalz lose|t"),
        ("Kop.papier A4 80g ws", "KOPIERPAPIER A4 80G/QM WEISS"),
        ("Toner für Brother, TN 2410 schwarz", "TONER BROTHER TN-2410 SW"),
        ("Briefumschl. DL m.F. sk ws", "Fensterbriefumschläge lang (DL), selbstklebend"),
        ("Gummistifel S5", "Gummistiefel S5"),
        ("Müllsäcke 120 l blau 70 µm", "MUELLSACK 120L BLAU 70MY"),
        ("Leitkegel 500 mm", "Verkehrshütchen 50cm"),
        ("Packband braun 50 mm x 66 m", "Packbd. braun 50x66"),
    ],
)
def test_one_article_in_two_manners_is_joined(first, second):
    assert len(match(lines([first], [second])).clusters) == 1


def test_every_line_is_in_exactly_one_cluster():
    found = lines(["Hammer", "Säge", "Hammer"], ["Hammer", "Feile"], ["Zange"])

    matched = match(found)

    assert sorted(ref for cluster in matched.clusters for ref in cluster.members) == sorted(line.ref for line in found)


def test_no_chain_of_small_steps_joins_what_differs():
    found = lines(["Warnweste gelb"], ["Warnweste"], ["Warnweste orange"])

    together = [{ref.list for ref in cluster.members} for cluster in match(found).clusters]

    assert not any({"liste0.csv", "liste2.csv"} <= lists for lists in together)


def test_what_one_sender_tells_apart_stays_apart():
    found = lines(["Absperrband rot/weiß 80 mm", "Absperrband FEUERWEHR 80 mm"], ["Absperrband 80 mm rot-weiß", "Absperrband Aufdruck Feuerwehr 80 mm"])

    assert groups(match(found)) == [[("liste0.csv", 2), ("liste1.csv", 2)], [("liste0.csv", 3), ("liste1.csv", 3)]]


def test_different_dimensions_are_not_joined():
    assert len(match(lines(["Ölbindemittel Typ III R|kg"], ["Ölbindemittel Typ III R|Stück"])).clusters) == 2


def test_a_refused_pair_stays_refused_and_a_confirmed_one_joined():
    found = lines(["Forsthelm Komplettset orange"], ["Forsthelm mit Visier, orange"])
    pair = frozenset(map(article_key, found))

    assert len(match(found, remembered=Remembered(same=frozenset({pair}))).clusters) == 1
    refused = match(found, remembered=Remembered(different=frozenset({pair})))
    assert (len(refused.clusters), refused.review) == (2, ())


def test_a_synonym_of_the_association_is_used():
    found = lines(["Rupfensack"], ["Jutebeutel"])

    assert len(match(found).clusters) == 2
    assert len(match(found, remembered=Remembered(synonyms=(("rupfensack", "jutebeutel"),))).clusters) == 1


def test_a_proposal_says_why_and_what_speaks_against_it():
    matched = match(lines(["Betonpflaster 20x10x8 grau"], ["Wabenpflaster 20x10x8 grau mit Fase"]))

    (proposal,) = matched.review
    assert Decimal(0) < proposal.score < 1
    assert any("Maß: bei beiden" in str(reason) for reason in proposal.reasons)
    assert any("Wabenpflaster" in str(reason) for reason in proposal.against)


def test_reasons_are_said_in_words_of_the_lists():
    (proposal,) = match(lines(["Handwaschbürste Holz 10 cm"], ["NAGELBUERSTE HOLZ 100 MM"])).review

    assert [str(reason) for reason in proposal.reasons][:2] == ["Gemeinsame Wörter: …bürste.", "Maß: bei beiden 100 mm."]


def test_a_code_that_says_less_is_only_proposed():
    matched = match(lines(["Toner Kyocera TK-5240"], ["Toner Kyocera TK-5240K"]))

    assert (len(matched.clusters), len(matched.review)) == (2, 1)


def numbered(*rows):
    """Make one list of each row of article, heading of the number, number."""
    found = []
    for number, (article, heading, named) in enumerate(rows):
        found.extend(read_demand(f"Artikel;{heading};Menge;Einheit\n{article};{named};3;Stück\n".encode(), f"liste{number}.csv").lines)
    return found


@pytest.mark.parametrize(
    "found",
    [
        numbered(("Handbrause Chrom", "EAN", "4006381333634"), ("Duschkopf", "GTIN", "04006381333634")),
        numbered(("Handbrause Chrom", "Art.-Nr.", "HB-4711-C"), ("Duschkopf Chrom", "Hersteller-Nr.", "HB4711C")),
        numbered(("Akku 18 V", "MPN", "BL1850"), ("Makita BL1850", "Lagerort", "B")),
    ],
    ids=["ean", "article_number", "number_in_the_text"],
)
def test_an_equal_number_joins_other_words(found):
    assert len(match(found).clusters) == 1


def test_an_equal_number_never_joins_what_is_stated_differently():
    matched = match(numbered(("Folie A4", "EAN", "4006381333634"), ("Folie A3", "EAN", "4006381333634")))

    assert (len(matched.clusters), len(matched.review)) == (2, 1)
    assert any("EAN" in str(reason) for reason in matched.review[0].reasons)


def test_different_numbers_do_not_part_what_is_said_alike():
    assert len(match(numbered(("Kopierpapier A4 80 g", "EAN", "4006381333634"), ("Druckerpapier A4 80g", "EAN", "4006381333627"))).clusters) == 1


def test_the_order_of_lists_does_not_matter():
    articles = [["Kopierpapier A4 80 g", "Besen"], ["Druckerpapier A4 80g", "Saalbesen"], ["Kop.papier A4 80g"]]
    found = lines(*articles)

    forward, backward = (match(order) for order in (found, found[::-1]))

    assert groups(forward) == groups(backward)


def test_cancelling_stops_the_work():
    class Cancelled(Exception):
        pass

    def progress(done, total):
        raise Cancelled

    with pytest.raises(Cancelled):
        match(lines(["Hammer"], ["Hammer"]), progress=progress)


def test_no_cluster_holds_two_lines_that_exclude_each_other():
    sizes = [f"Handschuhe Nitril Größe {size}" for size in ("S", "M", "L", "XL")]

    for cluster in match(lines(sizes, sizes, ["Handschuhe Nitril"])).clusters:
        assert all(first.row == second.row for first, second in combinations([ref for ref in cluster.members if ref.list != "liste2.csv"], 2))
