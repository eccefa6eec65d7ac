"""What the matching joins and proposes in a bundle; a person's decisions hold."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from commons import jobs
from commons.database import db, write
from commons.journal import entries_about
from procurement import bundling, catalogue
from procurement.bundling.matching import demand_line, title_of
from procurement.models import BundleLine, BundlePosition, PurchaseRequestLine
from procurement.queries.bundles import position_rows
from procurement.rules import matching
from tests.procurement.builders import PAPER, SALT, lead, make_approved, make_bundle, reloaded

SAME = (PAPER, SALT)


@pytest.fixture
def bundle(world):
    return make_bundle(make_approved(lines=SAME), make_approved(town="ossling", lines=SAME))


def test_match_joins_the_same_text_of_two_towns(bundle, world):
    change = bundling.match_bundle(bundle.id, by=lead())

    rows = position_rows(reloaded(bundle), lead())
    assert sorted((row.total, row.lines) for row in rows) == [(Decimal(2000), 2), (Decimal(10_000), 2)]
    assert reloaded(bundle).matched_at is not None
    assert entries_about("bundle", bundle.id)[-1].act == "bundle.match"
    assert len(change.after["places"]) == 2


def test_match_can_be_undone_whole(bundle):
    before = position_rows(bundle, lead())
    change = bundling.match_bundle(bundle.id, by=lead())

    write(bundling.undo, bundle.id, change.id, by=lead())

    assert [(row.id, row.total) for row in position_rows(reloaded(bundle), lead())] == [(row.id, row.total) for row in before]


def test_match_again_leaves_what_a_person_split(bundle):
    bundling.match_bundle(bundle.id, by=lead())
    joined = position_rows(reloaded(bundle), lead())[0]
    one = db.session.scalars(select(BundleLine.line_id).where(BundleLine.position_id == joined.id)).first()
    write(bundling.split, bundle.id, joined.id, [one], by=lead())
    parted = sorted((row.id, row.lines) for row in position_rows(reloaded(bundle), lead()))

    bundling.match_bundle(bundle.id, by=lead())

    assert sorted((row.id, row.lines) for row in position_rows(reloaded(bundle), lead())) == parted


def test_match_in_the_background_does_the_same(bundle):
    started = write(bundling.start_matching, bundle.id, by=lead())

    assert started.job_id is not None
    assert jobs.run_next()

    assert len(position_rows(reloaded(bundle), lead())) == 2


def test_key_of_a_line_is_the_key_of_the_matching(bundle):
    for line in db.session.scalars(select(PurchaseRequestLine)):
        assert catalogue.key_of(line) == matching.article_key(demand_line(line))


def test_title_prefers_the_fuller_text_that_does_not_shout():
    texts = [("KOPIERPAPIER A4 80G/QM WEISS KARTON 5 RIES", None), ("Kopierpapier DIN A4", "80 g/m²"), ("Kop.papier A4", None)]

    assert title_of([PurchaseRequestLine(text=text, specification=more) for text, more in texts]) == "Kopierpapier DIN A4, 80 g/m²"


def test_a_line_of_two_readings_counts_as_the_other_lines_do_and_says_so(world):
    rows = {"bernsdorf": "Rindenmulch Sack 60 l", "ossling": "Rindenmulch", "neukirch": "Rindenmulch"}
    made = make_bundle(*(make_approved(town=town, lines=((text, "20", "Stück"),)) for town, text in rows.items()))

    bundling.match_bundle(made.id, by=lead())

    (position,) = position_rows(reloaded(made), lead())
    assert (position.base_unit, position.total) == ("C62", 60)
    assert "wie in den anderen Zeilen" in str(db.session.get_one(BundlePosition, position.id).reasons)
