"""Bids that came late: closed and excluded, unless two people find that the bidder does not answer for the delay."""

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from commons import clock
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from procurement import bidding, opening, tendering
from procurement.bidding.handing_in import NoMoreBids, TooLateToWithdraw
from procurement.models import Bid, LateBidDecision, Tender
from procurement.opening.late import AnotherAdmitted, BidInTime, LateDecided, OtherPersonNeeded
from procurement.opening.sessions import WrongTime
from procurement.queries import tasks_for
from procurement.queries.bids import find_late_decision, get_invitation, opened_bids_of, openings_of, waiting_paper_bids
from procurement.queries.tender_documents import current_version
from procurement.recording.items import items_of
from procurement.rules.sealing_receipts import check_receipt
from procurement.tender_stages import BidStage, LateOutcome, SessionPurpose
from tests.procurement.builders import lead
from tests.procurement.tender_builders import (
    FIRMS,
    PASSPHRASE,
    REASON,
    content_of,
    hand_in,
    make_published,
    officer,
    open_after_deadline,
    reloaded,
    secret_of,
    together,
)
from tests.world import sign_in

OUTAGE = "Der Server war bis 12:05 Uhr gestört; die Firma hat die Verspätung nicht zu vertreten."


def with_a_late_bid() -> tuple[Tender, Bid]:
    """Return an opened tender with one bid in time and one that came five minutes late."""
    tender = make_published()
    hand_in(tender, FIRMS[0])
    late = hand_in(tender, FIRMS[1], at=tender.deadline + timedelta(minutes=5))
    open_after_deadline(tender)
    return reloaded(tender), db.session.get_one(Bid, late.id)


def admit(tender: Tender, bid: Bid) -> None:
    write(opening.propose_late, tender.id, bid.id, LateOutcome.ADMITTED, reason=OUTAGE, by=lead())
    write(opening.confirm_late, tender.id, bid.id, by=officer("bernsdorf"))


def test_a_late_bid_without_fault_is_admitted_by_two_people_and_opened_by_two_holders(app_once, client_once):
    tender, bid = with_a_late_bid()
    page = f"/beschaffung/vergaben/{tender.id}/oeffnung"
    sign_in(client_once, lead())
    listed = client_once.get(page).get_data(as_text=True)

    too_short = client_once.post(f"{page}/verspaetet/{bid.id}", data={"outcome": "admitted", "reason": "so"})
    proposed = client_once.post(f"{page}/verspaetet/{bid.id}", data={"outcome": "admitted", "reason": OUTAGE})
    alone = client_once.post(f"{page}/verspaetet/{bid.id}/bestaetigen")
    waiting = [task.endpoint for task in tasks_for(officer("bernsdorf"))]
    sign_in(client_once, officer("bernsdorf"))
    confirmed = client_once.post(f"{page}/verspaetet/{bid.id}/bestaetigen")
    before = [one.bidder for one in opened_bids_of(reloaded(tender))]
    with clock.stopped_at(tender.deadline + timedelta(hours=2)):
        for town in ("bernsdorf", "koenigsbrueck"):
            sign_in(client_once, officer(town))
            assert client_once.post(page, data={"passphrase": PASSPHRASE}).status_code == 302
    protocol = client_once.get(f"{page}/{openings_of(tender)[1].id}/niederschrift.pdf")

    assert "ausgeschlossen, ungeöffnet" in listed
    assert [too_short.status_code, proposed.status_code, alone.status_code, confirmed.status_code] == [422, 302, 409, 302]
    assert "opening.decide_late" in waiting
    assert before == [FIRMS[0]]
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == sorted(FIRMS[:2])
    assert protocol.data.startswith(b"%PDF")
    assert {"tender.late_bid_proposed", "tender.late_bid_decided"} <= {entry.act for entry in entries_about("tender", tender.id)}


def test_a_late_bid_is_not_opened_without_two_people(app_once):
    tender, bid = with_a_late_bid()

    with pytest.raises(WrongTime):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
    write(opening.propose_late, tender.id, bid.id, LateOutcome.EXCLUDED, reason=REASON, by=lead())
    with pytest.raises(OtherPersonNeeded):
        write(opening.confirm_late, tender.id, bid.id, by=lead())
    write(opening.confirm_late, tender.id, bid.id, by=officer("bernsdorf"))
    with pytest.raises(WrongTime):
        together(tender, SessionPurpose.OPENING)
    with pytest.raises(LateDecided):
        write(opening.propose_late, tender.id, bid.id, LateOutcome.ADMITTED, reason=REASON, by=lead())

    assert db.session.get_one(Bid, bid.id).stage is BidStage.UNOPENED


def test_a_firm_whose_bid_came_in_time_keeps_that_one(app_once):
    tender = make_published()
    hand_in(tender, FIRMS[0])
    late = hand_in(tender, FIRMS[0], price="3", at=tender.deadline + timedelta(minutes=5))
    open_after_deadline(tender)

    with pytest.raises(BidInTime):
        write(opening.propose_late, tender.id, late.id, LateOutcome.ADMITTED, reason=OUTAGE, by=lead())


def test_a_proposal_that_took_the_place_of_the_one_read_is_not_confirmed(app_once, client_once):
    tender, bid = with_a_late_bid()
    page = f"/beschaffung/vergaben/{tender.id}/oeffnung/verspaetet/{bid.id}"
    write(opening.propose_late, tender.id, bid.id, LateOutcome.EXCLUDED, reason=OUTAGE, by=lead())
    sign_in(client_once, officer("bernsdorf"))
    read = html.unescape(re.search(r'action="([^"]*/bestaetigen[^"]*)"', client_once.get(page).get_data(as_text=True))[1])
    with clock.stopped_at(clock.now() + timedelta(minutes=1)):
        write(opening.propose_late, tender.id, bid.id, LateOutcome.ADMITTED, reason=OUTAGE, by=lead())

    stale = client_once.post(read)
    db.session.expire_all()
    unconfirmed = find_late_decision(db.session.get_one(Bid, bid.id)).confirmed_at
    anew = html.unescape(re.search(r'action="([^"]*/bestaetigen[^"]*)"', client_once.get(page).get_data(as_text=True))[1])

    assert (stale.status_code, unconfirmed) == (409, None)
    assert client_once.post(anew).status_code == 302


def test_of_two_late_bids_of_a_firm_one_is_admitted_at_most(app_once):
    tender = make_published()
    hand_in(tender, FIRMS[0])
    first, second = (hand_in(tender, FIRMS[1], price=price, at=tender.deadline + timedelta(minutes=5)) for price in ("3", "4"))
    open_after_deadline(tender)
    for bid in (first, second):
        write(opening.propose_late, tender.id, bid.id, LateOutcome.ADMITTED, reason=OUTAGE, by=lead())
    write(opening.confirm_late, tender.id, first.id, by=officer("bernsdorf"))

    with pytest.raises(AnotherAdmitted):
        write(opening.confirm_late, tender.id, second.id, by=officer("bernsdorf"))
    with pytest.raises(AnotherAdmitted):
        write(opening.propose_late, tender.id, second.id, LateOutcome.ADMITTED, reason=OUTAGE, by=lead())
    with clock.stopped_at(tender.deadline + timedelta(hours=2)):
        together(tender, SessionPurpose.OPENING)
    with pytest.raises(AnotherAdmitted):
        write(opening.confirm_late, tender.id, second.id, by=officer("bernsdorf"))

    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == sorted(FIRMS[:2])


def test_a_paper_bid_that_arrives_after_the_opening_is_registered_admitted_and_entered(app_once):
    tender = make_published()
    firm = get_invitation(secret_of(tender, FIRMS[2])).id
    open_after_deadline(tender)
    with clock.stopped_at(tender.deadline + timedelta(days=1)):
        bid = write(bidding.register_paper, tender.id, firm, received_at=clock.now(), note="Poststelle, unverschuldet", by=lead())
    registered = bid.stage

    admit(reloaded(tender), bid)

    assert registered is BidStage.UNOPENED
    assert [one.id for one in waiting_paper_bids(reloaded(tender))] == [bid.id]
    write(bidding.enter_paper, tender.id, bid.id, content_of(tender, FIRMS[2]), by=lead())
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[2]]


def test_an_electronic_bid_that_arrives_after_the_opening_is_recorded_closed_and_told(app, client):
    tender = make_published()
    hand_in(tender, FIRMS[0])
    open_after_deadline(tender)
    page, secret = f"/beschaffung/vergaben/{tender.id}/oeffnung", secret_of(tender, FIRMS[1])
    client.get(f"/angebot/einladung/{secret}")
    write(bidding.save_draft, get_invitation(secret).id, content_of(tender, FIRMS[1]), secret=secret)
    sign_in(client, lead())
    before = client.get(f"{page}/nachtrag.pdf").status_code

    with clock.stopped_at(tender.deadline + timedelta(days=1)):
        handed_in = client.post(f"/angebot/{tender.id}/abgeben")
        said = client.get(f"/angebot/{tender.id}").get_data(as_text=True)

    bid = db.session.query(Bid).filter_by(invitation_id=get_invitation(secret).id).one()
    receipt = check_receipt(bid.receipt, public=current_version(reloaded(tender)).receipt_public_key)
    told = [letter for letter in db.session.query(Letter) if "nach der Öffnung eingegangen" in str(letter.subject_line)]
    assert (handed_in.status_code, bid.stage, receipt.is_late) == (302, BidStage.UNOPENED, True)
    assert "Es wird aufgezeichnet und ausgeschlossen" in said
    assert bid.reference in client.get(page).get_data(as_text=True)
    assert (before, client.get(f"{page}/nachtrag.pdf").data[:4]) == (404, b"%PDF")
    assert {letter.person_id for letter in told} >= {lead().person_id, officer("bernsdorf").person_id}
    assert "tender.late_bid_recorded" in {entry.act for entry in entries_about("tender", tender.id)}
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[0]]
    assert any("nach der Öffnung eingegangen, ungeöffnet" in str(told) for item in items_of(reloaded(tender)) for told in item.told)


def test_a_bid_that_was_whole_in_time_but_reached_the_tender_after_its_opening_waits_for_two_people(app_once):
    """The request has come in at the last second and waited for the transaction of the opening."""
    tender = make_published()
    open_after_deadline(tender)

    bid = hand_in(reloaded(tender), FIRMS[1], at=tender.deadline)
    admit(reloaded(tender), bid)
    with clock.stopped_at(tender.deadline + timedelta(hours=2)):
        together(tender, SessionPurpose.OPENING)

    assert bid.is_late is False
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[1]]


def test_after_the_opening_nobody_withdraws_and_after_a_cancellation_nobody_hands_in(app_once):
    tender = make_published()
    hand_in(tender, FIRMS[0])
    open_after_deadline(tender)

    with pytest.raises(TooLateToWithdraw):
        write(bidding.withdraw, secret_of(tender, FIRMS[0]), at=clock.now())
    write(tendering.cancel, tender.id, reason=REASON, by=lead())
    with pytest.raises(NoMoreBids):
        hand_in(reloaded(tender), FIRMS[1])


def test_the_database_refuses_to_change_what_two_people_decided(app):
    tender, bid = with_a_late_bid()
    admit(tender, bid)

    with pytest.raises(DBAPIError, match="late_bid_decision_unchanged"):
        db.session.execute(update(LateBidDecision).values(outcome=LateOutcome.EXCLUDED))
    db.session.rollback()
