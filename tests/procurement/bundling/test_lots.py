"""Lots by trade: proposed from the product group, moved by a person, undone."""

import pytest

from commons.database import write
from procurement import bundling
from procurement.bundling.lots import LotNameMissing, LotNotEmpty, suggest_cpv
from procurement.bundling.regions import OneRegion
from procurement.queries.bundles import position_rows
from tests.procurement.builders import PAPER, SALT, lead, make_approved, make_bundle, reloaded
from tests.world import sign_in

GLOVES = ("Einmalhandschuhe Nitril, Größe L", "100", "Stück")
RIDDLE = ("Sonderposten Dingsbums", "1", "Stück")


@pytest.fixture
def bundle(world):
    return make_bundle(make_approved(lines=(PAPER, SALT, GLOVES, RIDDLE)))


def lots_of(bundle):
    return {lot.title: [row.title for row in position_rows(reloaded(bundle), lead(), lot_id=lot.id)] for lot in reloaded(bundle).lots}


@pytest.mark.parametrize(
    ("text", "cpv"),
    [
        ("Kopierpapier DIN A4, 80 g/m², weiß", "30197643-5"),
        ("Streusalz lose", "34927100-2"),
        ("Einmalhandschuhe Nitril Gr. L", "18424300-0"),
        ("Sonderposten Dingsbums", None),
    ],
    ids=["paper", "salt", "gloves", "unknown"],
)
def test_suggest_cpv_by_the_words_of_the_texts(text, cpv):
    assert suggest_cpv([text]) == cpv


def test_propose_lots_parts_paper_from_salt(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())

    lots = lots_of(bundle)
    assert lots["Papier und Bürobedarf"] == [PAPER[0]]
    assert lots["Streusalz und Streumittel"] == [SALT[0]]
    assert lots["Sonstiges"] == [RIDDLE[0]]
    assert list(lots)[-1] == "Sonstiges"


def test_positions_are_numbered_inside_their_lot(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())

    numbers = {row.title: row.number for row in position_rows(reloaded(bundle), lead())}
    assert numbers[RIDDLE[0]] == f"{len(reloaded(bundle).lots)}.1"


def test_move_to_lot_can_be_undone(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())
    before, target = lots_of(bundle), reloaded(bundle).lots[0]
    riddle = next(row.id for row in position_rows(reloaded(bundle), lead()) if row.title == RIDDLE[0])

    change = write(bundling.move_to_lot, bundle.id, [riddle], lot_id=target.id, by=lead())
    assert RIDDLE[0] in lots_of(bundle)[target.title]
    write(bundling.undo, bundle.id, change.id, by=lead())

    assert lots_of(bundle) == before


def test_propose_lots_again_leaves_what_a_person_placed(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())
    target = reloaded(bundle).lots[0]
    riddle = next(row.id for row in position_rows(reloaded(bundle), lead()) if row.title == RIDDLE[0])
    write(bundling.move_to_lot, bundle.id, [riddle], lot_id=target.id, by=lead())

    write(bundling.propose_lots, bundle.id, by=lead())

    assert RIDDLE[0] in lots_of(bundle)[target.title]


def test_remove_lot_with_positions_is_refused(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())

    with pytest.raises(LotNotEmpty):
        write(bundling.remove_lot, bundle.id, reloaded(bundle).lots[0].id, by=lead())


def test_added_lot_may_be_renamed_and_removed(bundle):
    lot = write(bundling.add_lot, bundle.id, title="Drohnen", by=lead())

    assert write(bundling.rename_lot, bundle.id, lot.id, title="Fluggerät", by=lead()).title == "Fluggerät"
    write(bundling.remove_lot, bundle.id, lot.id, by=lead())

    assert lots_of(bundle) == {}


def test_lot_without_a_name_is_refused(bundle):
    with pytest.raises(LotNameMissing):
        write(bundling.add_lot, bundle.id, title=" ", by=lead())


def test_split_by_region_keeps_every_quantity_and_can_be_undone(world):
    bundle = make_bundle(make_approved(lines=(SALT,)), make_approved(town="laussnitz", lines=(SALT,)), make_approved(town="neukirch", lines=(SALT,)))
    bundling.match_bundle(bundle.id, by=lead())
    write(bundling.propose_lots, bundle.id, by=lead())
    before = lots_of(bundle)

    change = write(bundling.split_by_region, bundle.id, reloaded(bundle).lots[0].id, by=lead())

    totals = {lot.title: [row.total for row in position_rows(reloaded(bundle), lead(), lot_id=lot.id)] for lot in reloaded(bundle).lots}
    assert sorted(total for held in totals.values() for total in held) == [1000, 2000]
    write(bundling.undo, bundle.id, change.id, by=lead())
    assert {title: rows for title, rows in lots_of(bundle).items() if rows} == before


def test_split_by_region_of_one_region_is_refused(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())

    with pytest.raises(OneRegion):
        write(bundling.split_by_region, bundle.id, reloaded(bundle).lots[0].id, by=lead())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Schnellhefter aus Pappe", "22853000-4"),
        ("Winterhandschuhe, Größe 10", "18141000-9"),
        ("Bildtrommel für Laserdrucker", "30125100-2"),
        ("Grassamen RSM 2.3", "03111000-2"),
        ("Absperrband rot-weiß", "34928410-5"),
        ("Hundetüten", "19640000-4"),
        ("Blumenvase", None),
    ],
)
def test_product_group_is_suggested_by_general_words(text, code):
    assert suggest_cpv([text]) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("22853000-4 Aktenordner", "22853000-4"), ("22853000", "22853000-4"), ("aktenordner", "22853000-4"), ("Hefter", "22853000-4"), ("", None)],
    ids=["shown", "number", "name", "word", "nothing"],
)
def test_person_finds_a_product_group_by_number_name_or_word(text, code):
    assert bundling.find_group(text) == code


def test_unknown_product_group_is_refused_at_its_field(client_once, world):
    bundle = make_bundle()
    row = position_rows(bundle, lead())[0]
    sign_in(client_once, lead())

    answer = client_once.post(f"/beschaffung/buendel/{bundle.id}/positionen/{row.id}/name", data={"title": "Papier", "cpv": "Quarks"})

    assert answer.status_code == 422
    assert "gibt es keine Warengruppe" in answer.get_data(as_text=True)
    assert 'value="Quarks"' in answer.get_data(as_text=True)
