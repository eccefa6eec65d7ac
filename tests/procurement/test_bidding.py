"""What a bidder says besides prices: delivery charges, combinations and the least order, by form and by sheet, down to the ranking."""

from decimal import Decimal

from procurement import bidding
from procurement.comparing import field_of
from procurement.exchange import price_sheet
from procurement.exchange.bid_file import Combination
from procurement.queries.bids import get_invitation
from procurement.queries.evaluation import evaluations_of
from procurement.queries.tender_documents import current_version
from procurement.rules.bid_check import Basis
from tests.procurement.builders_evaluation import make_evaluated
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import FIRMS, make_published, reloaded, secret_of

FOOT = {
    "Nachlass": 2,
    "Mindestauftragswert": 150.5,
    "Lieferkosten einmal je Auftrag netto (€): Bernsdorf": 49.9,
    "Lieferkosten einmal je Auftrag netto (€): Oßling": "1.234,50",
    "Kombination": ("1+2: 5 %", "1+2: 180000 €"),
}


def test_a_price_sheet_says_delivery_combinations_and_the_least_order(app_once, world):
    tender = make_published(packages_admitted=True)
    version, invitation = current_version(tender), get_invitation(secret_of(tender))
    raw = filled_in(version.sheet.content, price=3.5, foot=FOOT)

    content = bidding.content_from_sheet(raw, invitation, version, before=bidding.empty_content(invitation, version))

    towns = {key: str(world.municipality_id(key)) for key in ("bernsdorf", "ossling")}
    assert content.delivery == {towns["bernsdorf"]: Decimal("49.9"), towns["ossling"]: Decimal("1234.50")}
    assert content.combinations == (Combination(lots=(1, 2), discount_percent=Decimal(5)), Combination(lots=(1, 2), price=Decimal(180000)))
    assert (content.minimum_value, content.discount_percent) == (Decimal("150.5"), Decimal(2))


def test_a_sheet_without_combinations_in_the_documents_does_not_ask_for_them(app_once):
    tender = make_published()

    filled = price_sheet.read(current_version(tender).sheet.content)

    assert filled.combinations == ()
    assert set(filled.delivery.values()) == {""}


def test_delivery_and_combinations_are_typed_seen_before_and_kept_in_the_draft(app_once, client_once, world):
    tender = make_published(packages_admitted=True)
    town = world.municipality_id("bernsdorf")
    prices = {f"price-{position.id}": "3,50" for position in current_version(tender).positions}
    client_once.get(f"/angebot/einladung/{secret_of(tender)}")
    page = f"/angebot/{tender.id}"

    refused = client_once.post(f"{page}/schreiben", data={"address": "Markt 1", f"delivery-{town}": "12,345", **prices})
    client_once.post(f"{page}/schreiben", data={"address": "Markt 1", f"delivery-{town}": "1.049,90", "combinations": "1+2: 5 %", **prices})
    checked = client_once.get(f"{page}/pruefen").get_data(as_text=True)
    again = client_once.get(f"{page}/schreiben").get_data(as_text=True)

    assert refused.status_code == 422
    assert "Lieferkosten Bernsdorf: Bitte geben Sie den Betrag in ganzen Cent an." in refused.get_data(as_text=True)
    assert "Lieferkosten Bernsdorf netto: 1.049,90" in checked
    assert "5 % Nachlass" in checked
    assert 'value="1049,90"' in again


def test_delivery_charges_decide_the_ranking_of_a_lot(app_once, world):
    """The lower price is dearer once each town has paid for its delivery; a town that takes nothing of a lot pays nothing."""
    charges = {"delivery": {str(world.municipality_id(key)): Decimal(9000) for key in ("bernsdorf", "koenigsbrueck", "ossling", "neukirch")}}
    tender = make_evaluated({FIRMS[0]: {1: "3.5"}, FIRMS[1]: {1: "3.6"}}, changes={FIRMS[0]: charges}, compared_on=Basis.NET)
    cheap = next(offer for offer in field_of(reloaded(tender)).offers if offer.opened.bidder == FIRMS[0])

    ranking = next(one.ranking for one in evaluations_of(tender) if one.tender_lot_id == cheap.lot.id)

    reached = sum(
        any(Decimal(position.shares.get(town, 0)) > 0 for position in current_version(tender).positions if position.tender_lot.number == 1)
        for town in charges["delivery"]
    )
    assert cheap.delivery == 9000 * reached
    assert cheap.ranked == cheap.compared + cheap.delivery
    assert [place["bidder"] for place in ranking] == [FIRMS[1], FIRMS[0]]
