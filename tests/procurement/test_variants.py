"""Variants (Nebenangebote): only where the documents admit them, beside a main bid, explained, sealed, opened and ranked as a bid of their own."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from commons import clock
from commons.database import db, write
from procurement import awarding, bidding, evaluating, opening
from procurement.awarding.outcome import DeviationNotAdmissible
from procurement.bidding.variants import MainBidFirst, TooManyVariants, VariantNotAdmitted
from procurement.comparing import field_of
from procurement.models import Bid
from procurement.queries.bids import get_invitation, opened_bids_of, own_bids
from procurement.queries.evaluation import findings_of
from procurement.queries.tender_documents import current_version
from procurement.rules.bid_check import Weight
from procurement.rules.procedure import Procedure
from procurement.tender_stages import BidChannel, BidStage
from tests.procurement.builders import lead
from tests.procurement.builders_evaluation import compute, examine, settle_all
from tests.procurement.tender_builders import (
    FIRMS,
    REASON,
    content_of,
    hand_in,
    make_published,
    open_after_deadline,
    reloaded,
    secret_of,
)

DIFFERS = "Recyclingpapier statt Frischfaser, sonst wie gefordert."


def hand_in_variant(tender, firm=FIRMS[0], price="3", number=1, **overrides):
    content = content_of(tender, firm, price, remark=DIFFERS, **overrides)
    return write(bidding.hand_in, secret_of(tender, firm), content, channel=BidChannel.WEB, received_at=clock.now(), variant=number)


def test_a_variant_needs_a_main_bid_and_documents_that_admit_it(app):
    closed = make_published()
    hand_in(closed)

    with pytest.raises(VariantNotAdmitted):
        hand_in_variant(closed)
    admitted = make_published(variants_admitted=True)
    with pytest.raises(MainBidFirst):
        hand_in_variant(admitted)
    main, variant = hand_in(admitted), hand_in_variant(admitted)
    write(bidding.withdraw, secret_of(admitted), at=clock.now())

    assert {db.session.get_one(Bid, one.id).stage for one in (main, variant)} == {BidStage.WITHDRAWN}
    with pytest.raises(DBAPIError, match="bid_variant_unchanged"):
        db.session.execute(update(Bid).where(Bid.id == variant.id).values(variant=0))
    db.session.rollback()


def test_a_variant_is_opened_beside_the_main_bid_and_compared_as_its_own(app_once):
    tender = make_published(variants_admitted=True)
    hand_in(tender, price="3.5")
    hand_in_variant(tender, price="3.2")
    replaced = hand_in_variant(tender, price="3.1")

    open_after_deadline(tender)

    opened = {one.bidder: one for one in opened_bids_of(reloaded(tender))}
    offers = {offer.opened.bidder: offer.compared for offer in field_of(reloaded(tender)).offers if offer.lot.number == 1}
    assert set(opened) == {FIRMS[0], f"{FIRMS[0]} (Nebenangebot 1)"}
    assert opened[f"{FIRMS[0]} (Nebenangebot 1)"].bid_id == replaced.id
    assert opened[f"{FIRMS[0]} (Nebenangebot 1)"].remark == DIFFERS
    assert offers[f"{FIRMS[0]} (Nebenangebot 1)"] < offers[FIRMS[0]]


def test_a_firm_hands_in_as_many_variants_as_the_documents_say(app_once, client_once):
    tender = make_published(variants_admitted=True, variants_max=2)
    hand_in(tender)
    handed_in = [hand_in_variant(tender, number=number).id for number in (2, 1)]
    client_once.get(f"/angebot/einladung/{secret_of(tender)}")
    full = client_once.get(f"/angebot/{tender.id}").get_data(as_text=True)

    with pytest.raises(TooManyVariants):
        hand_in_variant(tender, number=3)
    write(bidding.withdraw, secret_of(tender), at=clock.now(), variant=1)
    one_less = client_once.get(f"/angebot/{tender.id}").get_data(as_text=True)
    write(bidding.withdraw, secret_of(tender), at=clock.now())

    assert {db.session.get_one(Bid, bid_id).stage for bid_id in handed_in} == {BidStage.WITHDRAWN}
    assert ("Nebenangebot 1 schreiben" in full, "Nebenangebot 2 ersetzen" in full) == (False, True)
    assert ("Nebenangebot 1 schreiben" in one_less, "Nebenangebot 2 zurückziehen" in one_less) == (True, True)
    assert client_once.get(f"/angebot/{tender.id}/schreiben?nebenangebot=100").status_code == 404


def test_a_firm_writes_explains_and_hands_in_a_variant_on_pages(app_once, client_once):
    tender = make_published(variants_admitted=True)
    page, mark = f"/angebot/{tender.id}", "?nebenangebot=1"
    prices = {f"price-{position.id}": "3,20" for position in current_version(tender).positions}
    hand_in(tender)
    secret = secret_of(tender)
    client_once.get(f"/angebot/einladung/{secret}")

    offered = client_once.get(page).get_data(as_text=True)
    unexplained = client_once.post(f"{page}/schreiben{mark}", data={"address": "Markt 1", **prices})
    written = client_once.post(f"{page}/schreiben{mark}", data={"address": "Markt 1", "remark": DIFFERS, **prices})
    checked = client_once.get(f"{page}/pruefen{mark}").get_data(as_text=True)
    handed_in = client_once.post(f"{page}/abgeben{mark}")
    after = client_once.get(page).get_data(as_text=True)

    assert "Nebenangebot 1 schreiben" in offered
    assert [unexplained.status_code, written.status_code, handed_in.status_code] == [422, 302, 302]
    assert "Nebenangebot 1 prüfen und abgeben" in checked
    assert "Nebenangebot 1 zurückziehen" in after
    assert [(bid.variant, bid.stage) for bid in own_bids(get_invitation(secret))] == [(0, BidStage.HANDED_IN), (1, BidStage.HANDED_IN)]


def test_doubtful_prices_are_measured_with_delivery_and_a_variant_by_other_firms_alone(app_once):
    tender = make_published(variants_admitted=True)
    bernsdorf = next(buyer.municipality_id for buyer in tender.buyers if buyer.municipality.key == "bernsdorf")
    hand_in(tender, FIRMS[0], "3.5", delivery={str(bernsdorf): Decimal(20000)})
    hand_in(tender, FIRMS[1], "3.6")
    hand_in_variant(tender, FIRMS[1], price="3.1")
    open_after_deadline(tender)

    write(evaluating.examine, tender.id, by=lead())

    lot = {one.number: one.id for one in tender.lots}
    doubts = {(one.opened_bid.bidder, one.tender_lot_id): str(one.said) for one in findings_of(reloaded(tender)) if one.weight is Weight.ASK}
    assert {bidder for bidder, lot_id in doubts if lot_id == lot[1]} == {FIRMS[0], FIRMS[1], f"{FIRMS[1]} (Nebenangebot 1)"}
    assert FIRMS[0] in doubts[f"{FIRMS[1]} (Nebenangebot 1)", lot[1]]  # 3.1 against the other firm's 3.5 with delivery, not against the own 3.6
    assert "Nebenangebot" not in doubts[FIRMS[1], lot[1]]


def test_a_lot_limit_holds_for_a_firm_with_its_variant_and_for_whoever_deviates(app):
    tender = make_published(Procedure.NEGOTIATED, variants_admitted=True, max_lots_per_bidder=1, lot_limit_rule="Die günstigste Verteilung.")
    bernsdorf = next(buyer.municipality_id for buyer in tender.buyers if buyer.municipality.key == "bernsdorf")
    nord, variant, sued = FIRMS[0], f"{FIRMS[0]} (Nebenangebot 1)", FIRMS[1]
    hand_in(tender, nord, "3.5", delivery={str(bernsdorf): Decimal(100)})
    hand_in_variant(tender, nord, "3.2", lots=[1])
    hand_in(tender, sued, "3.6")
    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        write(opening.close_quotes, tender.id, by=lead())
    examine(reloaded(tender))
    settle_all(reloaded(tender))
    write(evaluating.evaluate, tender.id, by=lead())

    run = compute(reloaded(tender))
    first, second = (lot.id for lot in tender.lots)
    opened = {one.bidder: one.id for one in opened_bids_of(reloaded(tender))}
    choices = {first: opened[variant], second: opened[nord]}
    with pytest.raises(DeviationNotAdmissible, match="höchstens ein Los"):
        write(awarding.propose, tender.id, run.id, reason=REASON, choices=choices, deviation_reason=REASON, by=lead())
    decision = write(awarding.propose, tender.id, run.id, reason=REASON, by=lead())

    prices = {offer.lot_name: offer.delivery for offer in field_of(reloaded(tender)).offers if offer.opened.bidder == variant}
    lots = {row.tender_lot.number: (row.opened_bid.bidder, row.price) for row in decision.lots}
    assert {lot: award["bidder"] for award in run.result["awards"] for lot in award["lots"]} == {"Los 1": variant, "Los 2": sued}
    assert [one["bidder"] for one in run.result["delivery"]] == [nord]  # the main bid says what the firm charges
    assert prices == {"Los 1": Decimal(100)}
    assert lots == {1: (variant, Decimal("72000.00")), 2: (sued, Decimal("3600.00"))}
    assert not any("Nebenangebot" in one["about"] for one in run.explanations)
    assert decision.total == Decimal("75700.00")
