"""Keys, holders, sessions and quotes, verb by verb."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db, write
from procurement import bidding, opening, tendering
from procurement.models import Bid, KeyShare, OpenedBid
from procurement.opening.keeping_keys import KeyThereAlready, WrongCode
from procurement.opening.quotes import NeedsOpening, StillRunning
from procurement.opening.sessions import NoHolder, NotYet, WindowClosed
from procurement.queries.bids import get_invitation, opened_bids_of
from procurement.queries.officers import find_key_of, holders_of
from procurement.queries.tender_documents import current_version
from procurement.receipt_key import receipt_keys
from procurement.rules.procedure import Procedure
from procurement.rules.sealing import Label, seal_bid
from procurement.rules.sealing_keys import WrongPassphrase
from procurement.rules.ties import commitment
from procurement.tender_stages import BidChannel, BidStage, SessionPurpose, TenderStage
from tests.procurement.builders import lead
from tests.procurement.tender_builders import (
    FIRMS,
    PASSPHRASE,
    content_of,
    hand_in,
    make_key,
    make_published,
    make_tender,
    name_holders,
    officer,
    open_after_deadline,
    reloaded,
    secret_of,
    set_value,
    together,
)


def test_a_forgotten_passphrase_is_renewed_by_the_sheet(app_once):
    made = write(opening.make_key, PASSPHRASE, by=lead())
    for town in ("bernsdorf", "ossling"):
        make_key(town)
    tender = make_tender()
    name_holders(tender)

    with pytest.raises(WrongCode):
        write(opening.renew_passphrase, "AAAA-BBBB", "ein ganz neues Kennwort", by=lead())
    write(opening.renew_passphrase, made.code.lower(), "ein ganz neues Kennwort", by=lead())

    with pytest.raises(WrongPassphrase):
        write(opening.begin, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSPHRASE, by=lead())
    write(opening.begin, tender.id, SessionPurpose.REHEARSAL, passphrase="ein ganz neues Kennwort", by=lead())
    write(opening.complete, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSPHRASE, by=officer("ossling"))


def test_a_person_has_one_key(app_once):
    write(opening.make_key, PASSPHRASE, by=lead())

    with pytest.raises(KeyThereAlready):
        write(opening.make_key, PASSPHRASE, by=lead())


def test_nobody_opens_before_the_deadline_and_nobody_who_holds_no_key(app_once):
    tender = make_published()

    with pytest.raises(NotYet):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
    with clock.stopped_at(tender.deadline), pytest.raises(NotYet):  # the second of the deadline still belongs to the bidders
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
    tender = make_tender_without(tender)
    with clock.stopped_at(tender.deadline + timedelta(seconds=1)), pytest.raises(NoHolder):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))


def make_tender_without(tender):
    """Take Bernsdorf's officer off the holders, as a lost key does."""
    write(opening.report_lost, "Laptop gestohlen", by=officer("bernsdorf"))
    return reloaded(tender)


def test_the_window_closes(app_once):
    tender = make_published()
    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))

    with clock.stopped_at(tender.deadline + timedelta(hours=1, minutes=31)), pytest.raises(WindowClosed):
        write(opening.complete, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("ossling"))

    assert reloaded(tender).stage is TenderStage.PUBLISHED


def test_a_leaver_is_replaced_and_the_new_holder_opens(app_once, world):
    from commons.permissions import Role

    tender = make_published()
    hand_in(tender)
    joiner = world.actor("bernsdorf", Role.MAYOR)
    write(opening.make_key, PASSPHRASE, by=joiner)
    leaver = next(holder for holder in holders_of(tender) if holder.key.person_id == officer("bernsdorf").person_id)
    chosen = {"leaver_id": leaver.id, "joiner_key_id": find_key_of(joiner.person_id).id}
    write(opening.begin, tender.id, SessionPurpose.REWRAP, passphrase=PASSPHRASE, by=officer("koenigsbrueck"), **chosen)
    write(opening.complete, tender.id, SessionPurpose.REWRAP, passphrase=PASSPHRASE, by=officer("ossling"))

    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        with pytest.raises(NoHolder):
            write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=joiner)
        write(opening.complete, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("ossling"))

    assert {share.generation for share in db.session.scalars(select(KeyShare))} == {2}
    assert [bid.bidder for bid in opened_bids_of(reloaded(tender))] == [FIRMS[0]]


def test_the_seed_of_a_draw_is_known_from_the_opening_on(app_once):
    tender = make_published()
    before = (tender.draw_seed, tender.draw_seed_hash)

    open_after_deadline(tender)

    tender = reloaded(tender)
    assert before[0] is None
    assert commitment(tender.draw_seed) == before[1]


def test_an_envelope_sealed_on_the_suppliers_machine_opens_like_any_other(app_once):
    """The price sheet itself is sealed, as `verbund bid seal` does it: the server never saw what is in it."""
    tender = make_published()
    secret, version = secret_of(tender), current_version(tender)
    reference = bidding.next_reference(get_invitation(secret), secret)
    label = Label(tender=str(tender.id), version=1, lot="", reference=reference)
    envelope = seal_bid(version.sheet.content, label=label, public=tender.public_key)

    bid = write(bidding.hand_in_sealed, secret, envelope, received_at=clock.now())
    open_after_deadline(tender)

    opened = opened_bids_of(reloaded(tender))
    assert bid.channel is BidChannel.SEALED_BEFORE
    assert [(one.bidder, len(one.lines)) for one in opened] == [(FIRMS[0], len(version.positions))]


def test_a_later_bid_replaces_the_one_before(app_once):
    tender = make_published()
    first, second = hand_in(tender, price="4"), hand_in(tender, price="3")

    open_after_deadline(tender)

    assert db.session.get_one(Bid, first.id).stage is BidStage.REPLACED
    assert [one.bid_id for one in opened_bids_of(reloaded(tender))] == [second.id]
    assert receipt_keys()[1] == current_version(reloaded(tender)).receipt_public_key


def test_quotes_of_a_negotiated_award_need_no_key_and_close_when_all_have_answered(app_once):
    tender = make_published(Procedure.NEGOTIATED, tender=set_value(make_tender(), "20000"))
    hand_in(tender, FIRMS[0])

    with pytest.raises(StillRunning):
        write(opening.close_quotes, tender.id, by=lead())
    hand_in(tender, FIRMS[1])
    ids = [one.id for one in db.session.scalars(select(Bid))]
    write(bidding.enter_quote, tender.id, get_invitation(secret_of(tender, FIRMS[2])).id, content_of(tender, FIRMS[2]), by=lead())
    write(opening.close_quotes, tender.id, by=lead())

    assert len(ids) == 2
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == sorted(FIRMS)
    assert {bid.channel for bid in db.session.scalars(select(Bid))} == {BidChannel.QUOTE}


def test_sealed_bids_are_not_closed_by_one_person(app_once):
    tender = make_published()

    with pytest.raises(NeedsOpening):
        write(opening.close_quotes, tender.id, by=lead())


def test_a_paper_bid_is_registered_unopened_and_entered_after_the_opening(app_once):
    tender = make_published()
    firm = get_invitation(secret_of(tender, FIRMS[1])).id
    bid = write(bidding.register_paper, tender.id, firm, received_at=clock.now(), note="Tresor im Rathaus", by=lead())

    open_after_deadline(tender)
    assert db.session.scalar(select(OpenedBid.id)) is None
    write(bidding.enter_paper, tender.id, bid.id, content_of(tender, FIRMS[1]), by=lead())

    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[1]]


def test_shares_of_the_key_are_noise_to_one_holder(app_once):
    """No half that lies in the database is the key, and two halves of one pair are never sealed to one person."""
    tender = make_tender()
    name_holders(tender)

    rows = list(db.session.scalars(select(KeyShare).where(KeyShare.tender_id == tender.id)))
    assert len(rows) == 6  # three pairs of three administrations
    assert all(row.owner.administration_id != row.partner.administration_id for row in rows)
    together(tender, SessionPurpose.REHEARSAL)
    assert tendering.gaps_before_publication(reloaded(tender))
