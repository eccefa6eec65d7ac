"""From the bundle to the published tender, verb by verb."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from cooperation import links
from procurement import bidding, bundling, suppliers, tendering
from procurement.bid_content import check_content
from procurement.bundling.gathering import TenderedAlready
from procurement.entries import Terms
from procurement.exchange import price_sheet
from procurement.models import Bid
from procurement.queries.bids import get_invitation
from procurement.queries.tender_documents import current_version
from procurement.queries.tender_values import beside_of, estimate_of
from procurement.rules.bid_check import Weight
from procurement.rules.procedure import DeviationWithoutReason, Procedure, ProcedureNotAllowed
from procurement.tender_stages import BidStage, TenderStage
from procurement.tendering.direct import NotADirectPurchase
from procurement.tendering.documents import LotLimitWithoutRule
from procurement.tendering.preparing import NoLots, ReasonMissing
from procurement.tendering.publishing import NotReady
from tests.procurement.builders import lead
from tests.procurement.tender_builders import REASON, make_published, make_ready, make_tender, reloaded, secret_of, set_value, three_towns


def test_a_tender_begins_with_lots_buyers_own_prices_and_its_measure(app):
    tender = make_tender()

    assert {buyer.municipality.key for buyer in tender.buyers} == {"bernsdorf", "koenigsbrueck", "ossling"}
    assert all(buyer.resolution for buyer in tender.buyers)  # taken over from the measure
    assert estimate_of(tender).net > 0
    assert links.measure_of("tender", tender.id).id == tender.bundle.measure_id
    assert [entry.act for entry in entries_about("tender", tender.id)] == ["tender.opened"]


def test_the_grouping_is_proposed_lot_by_lot_and_decided_with_a_reason(app):
    bundle = three_towns()
    proposed = tendering.propose_grouping(bundle, by=lead())

    with pytest.raises(ReasonMissing):
        write(tendering.open_tender, "Papier", bundle_id=bundle.id, lot_ids=[bundle.lots[0].id], goods="Papier", reason="so", by=lead())

    assert [[lot.id for lot in group.lots] for group in proposed] == [[lot.id] for lot in bundle.lots]


def test_a_lot_is_bought_once(app):
    tender = make_tender()
    lots = [lot.lot_id for lot in tender.lots]

    with pytest.raises(NoLots):
        write(tendering.open_tender, "Noch einmal", bundle_id=tender.bundle_id, lot_ids=lots, goods="Papier", reason=REASON, by=lead())
    write(tendering.cancel, tender.id, reason=REASON, by=lead())
    again = write(tendering.start_again, tender.id, reason=REASON, by=lead())

    assert again.follows_id == tender.id


def test_splitting_below_a_limit_is_flagged(app):
    bundle = three_towns()
    halves = [make_tender(bundle, lot_ids=[lot.id], title=lot.title) for lot in bundle.lots[:2]]
    for half in halves:
        set_value(half, "15000")

    flags = beside_of(reloaded(halves[0])).flags

    assert any("25.000,00" in str(flag) for flag in flags)
    assert beside_of(reloaded(halves[0])).similar_net == Decimal("30000.00")


def test_another_procedure_needs_a_reason_and_a_forbidden_one_is_refused(app):
    tender = set_value(make_tender(), "30000")

    with pytest.raises(DeviationWithoutReason):
        write(tendering.decide_procedure, tender.id, Procedure.RESTRICTED, reason="", by=lead())
    with pytest.raises(ProcedureNotAllowed):
        write(tendering.decide_procedure, tender.id, Procedure.DIRECT, reason=REASON, by=lead())


def test_a_value_that_rises_over_a_limit_stops_the_publication(app):
    tender = make_ready(set_value(make_tender(), "24000"), Procedure.NEGOTIATED)

    tender = set_value(reloaded(tender), "26000")

    assert "Öffentliche Ausschreibung" in str(tender.stopped_said)
    with pytest.raises(NotReady):
        write(tendering.publish, tender.id, by=lead())


def test_a_member_that_is_not_bound_stops_the_publication(app):
    tender = make_ready()
    tender.buyers[0].funds = Decimal(1)
    db.session.commit()

    with pytest.raises(NotReady) as refusal:
        write(tendering.publish, tender.id, by=lead())

    assert any("Bestätigt sind Mittel" in str(gap) for gap in refusal.value.gaps)


def test_what_was_published_is_not_bundled_anew(app):
    tender = make_published()

    with pytest.raises(TenderedAlready):
        write(bundling.thaw, tender.bundle_id, reason=REASON, by=lead())


def test_a_limit_on_lots_needs_its_rule(app):
    tender = make_tender()

    with pytest.raises(LotLimitWithoutRule):
        write(tendering.set_terms, tender.id, Terms(cover_letter="Bitte bieten Sie an.", max_lots_per_bidder=1), by=lead())


def test_a_direct_purchase_is_one_form(app):
    tender = set_value(make_tender(), "400")
    write(tendering.decide_procedure, tender.id, Procedure.DIRECT, reason="", by=lead())
    purchase = tendering.Purchase(name="Papier Nord", address="nord@firma.example", net=Decimal("399.50"), reason=REASON)

    with pytest.raises(NotADirectPurchase):
        write(tendering.buy_directly, tender.id, replace(purchase, net=Decimal("500.01")), by=lead())
    write(tendering.buy_directly, tender.id, purchase, by=lead())

    letter = db.session.scalars(select(Letter).where(Letter.address == "nord@firma.example")).one()
    assert reloaded(tender).stage is TenderStage.AWARDED
    assert "Bestellung" in str(letter.subject_line)


def test_the_personal_link_is_secret_in_the_outbox(app):
    tender = make_published()

    letters = db.session.scalars(select(Letter).where(Letter.link.is_not(None), Letter.address.is_not(None))).all()

    assert len(letters) == 3
    assert all(letter.confidential for letter in letters)
    assert get_invitation(secret_of(tender)).tender_id == tender.id


def test_a_price_sheet_with_a_changed_text_is_seen_before_handing_in(app_once):
    tender = make_published()
    version, invitation = current_version(tender), get_invitation(secret_of(tender))
    empty = bidding.content_from_sheet(version.sheet.content, invitation, version, before=bidding.empty_content(invitation, version))
    priced = tuple(replace(line, unit_price=Decimal("3.5")) for line in empty.lines)

    honest = check_content(version, replace(empty, lines=priced))
    changed = check_content(version, replace(empty, lines=(replace(priced[0], text="etwas anderes"), *priced[1:])))

    assert [finding.weight for finding in honest.findings] == []
    assert [finding.weight for finding in changed.findings] == [Weight.EXCLUDE]


def test_the_price_sheet_knows_its_tender_and_version(app_once):
    tender = make_published()

    filled = price_sheet.read(current_version(tender).sheet.content)

    assert (filled.tender, filled.version) == (str(tender.id), 1)
    assert {line.fingerprint for line in filled.lines} == {position.fingerprint for position in current_version(tender).positions}


def test_a_late_bid_does_not_replace_one_that_was_in_time(app_once):
    from tests.procurement.tender_builders import hand_in

    tender = make_published()
    in_time, late = hand_in(tender), hand_in(tender, at=tender.deadline + timedelta(minutes=5))

    stages = {bid.id: bid.stage for bid in db.session.scalars(select(Bid))}
    assert stages == {in_time.id: BidStage.HANDED_IN, late.id: BidStage.UNOPENED}


def test_a_known_firm_is_changed_by_an_import_and_a_faulty_row_is_named(app_once):
    write(suppliers.add, {"name": "Salz AG", "email": "salz@ag.example"}, categories=["Streusalz"], by=lead())
    listed = b"Firma;E-Mail;Ort;Kategorien\nSalz AG;SALZ@ag.example;Kamenz;Streusalz;\nNeu;neu@firma.example;;\n;ohne@name.example;;\n"

    done = write(suppliers.import_list, listed, by=lead())

    assert (done.added, done.changed, [fault.row for fault in done.faults]) == (1, 1, [4])


def test_the_deadline_proposal_leaves_saxon_holidays_out(app_once):
    tender = make_tender()
    write(tendering.decide_procedure, tender.id, Procedure.OPEN, reason=REASON, by=lead())

    period = tendering.period_for(reloaded(tender))

    assert period.needs_reason
    assert period.proposed >= (clock.now() + timedelta(days=20)).date()
