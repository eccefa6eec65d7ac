"""The estimated value: by lot and in total, net, over the whole term, each part with its source."""

import io
from datetime import date
from decimal import Decimal

import pandas as pd
import pikepdf
import pytest

from commons.database import write
from commons.journal import entries_about
from procurement import bundling
from procurement.bundling.estimating import GroundMissing, PriceMissing, sections_of
from procurement.queries.bundles import position_rows
from procurement.queries.estimates import Worth, worth_of
from tests.procurement.builders import PAPER, SALT, lead, make_approved, make_bundle, reloaded
from tests.world import sign_in

TWO_YEARS = (date(2027, 1, 1), date(2028, 12, 31))


@pytest.fixture
def bundle(world):
    """Paper of two towns, of which only Bernsdorf knows a price; salt that nobody has a price for; two years."""
    first = make_approved(lines=(PAPER,), price="4,00")
    second = make_approved(town="ossling", lines=(PAPER, SALT), price="")
    made = make_bundle(first, second, term=TWO_YEARS)
    bundling.match_bundle(made.id, by=lead())
    return reloaded(made)


def salt_of(bundle):
    return next(row for row in position_rows(reloaded(bundle), lead()) if row.base_unit == "KGM")


def test_worth_counts_own_price_other_list_and_what_nobody_knows(bundle):
    found = worth_of(bundle)

    assert found.months == 24
    assert found.total == Worth(own=Decimal("80.00"), others=Decimal("80.00"), unpriced=1)


def test_estimate_of_a_person_fills_the_gap_and_is_written_down(bundle):
    write(bundling.estimate_price, bundle.id, salt_of(bundle).id, price=Decimal("0.2"), ground="Katalog vom 2. November", by=lead())

    found = worth_of(reloaded(bundle))

    assert (found.total.typed, found.total.unpriced, found.total.net) == (Decimal("400.00"), 0, Decimal("560.00"))
    assert entries_about("bundle", bundle.id)[-1].act == "bundle.price_estimated"


@pytest.mark.parametrize(("price", "ground", "refusal"), [(None, "x", PriceMissing), (Decimal(1), " ", GroundMissing)], ids=["price", "ground"])
def test_estimate_without_price_or_ground_is_refused(bundle, price, ground, refusal):
    with pytest.raises(refusal):
        write(bundling.estimate_price, bundle.id, salt_of(bundle).id, price=price, ground=ground, by=lead())


def test_parts_by_lot_sum_to_the_total(bundle):
    write(bundling.propose_lots, bundle.id, by=lead())

    found = worth_of(reloaded(bundle))

    assert len(found.by_lot) == 2
    assert sum(worth.net for _, worth in found.by_lot) == found.total.net


def test_pages_show_value_sources_and_procedure_to_the_lead(client, bundle, world):
    sign_in(client, lead())
    address = f"/beschaffung/buendel/{bundle.id}"

    page, lots = client.get(address).get_data(as_text=True), client.get(f"{address}/lose").get_data(as_text=True)
    refused = client.post(f"{address}/positionen/{salt_of(bundle).id}/schaetzung", data={"price": "viel", "ground": "x"})

    assert all("160,00 €" in text and "Direktkauf" in text for text in (page, lots))
    assert (refused.status_code, 'value="viel"' in refused.get_data(as_text=True)) == (422, True)


def test_sheet_names_the_sources(client, bundle):
    sign_in(client, lead())

    content = client.get(f"/beschaffung/buendel/{bundle.id}/geschaetzter-wert.xlsx").data

    sheet = pd.read_excel(io.BytesIO(content), header=None, engine="calamine")
    assert [float(cell) for cell in sheet.iloc[4, 1:5]] == [80, 80, 0, 160]


def test_paper_for_the_file_names_values_sources_grounds_and_procedure(client_once, app_once, bundle):
    write(bundling.estimate_price, bundle.id, salt_of(bundle).id, price=Decimal("0.4"), ground="Katalog vom 2. November", by=lead())
    sign_in(client_once, lead())

    answer = client_once.get(f"/beschaffung/buendel/{bundle.id}/geschaetzter-wert.pdf?monate=24")

    assert answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as document:
        assert (str(document.docinfo["/Title"]), document.Root.MarkInfo.Marked) == ("Geschätzter Wert: Verbrauchsmaterial 2027", True)
    said = " ".join(str(section) for section in sections_of(reloaded(bundle), worth_of(reloaded(bundle), 24)))
    assert [words for words in ("Katalog vom 2. November", "0,4 € je Kilogramm", "960,00 €", "Freihändige Vergabe") if words not in said] == []


def test_other_term_is_tried_on_the_page_and_changes_nothing(client_once, app_once, bundle):
    sign_in(client_once, lead())
    address = f"/beschaffung/buendel/{bundle.id}/lose"

    own, year, wrong = (client_once.get(address + query).get_data(as_text=True) for query in ("", "?monate=12", "?monate=999"))

    assert ["Laufzeit von 24 Monaten" in page for page in (own, year, wrong)] == [True, False, True]
    assert "Laufzeit von 12 Monaten" in year
    assert ["160,00 €" in own, "160,00 €" in year] == [True, False]


def test_position_whose_prices_are_all_known_counts_what_they_say(app_once, world):
    made = make_bundle(make_approved(lines=(PAPER, SALT), price="4,00"), make_approved(town="ossling", lines=(PAPER,), price="3,99"))
    bundling.match_bundle(made.id, by=lead())

    assert worth_of(reloaded(made)).total == Worth(own=Decimal("239.90"))
