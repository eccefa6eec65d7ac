"""Openers who should not, and openers whom something happened to between the two confirmations."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db, write
from commons.errors import ChangedMeanwhile, RuleBroken
from commons.people import Actor, Membership, Person, find_actor
from commons.permissions import Role
from procurement import opening, tendering
from procurement.models import KeyShare, OpeningSession, Tender
from procurement.opening.sessions import ConflictOfInterest
from procurement.queries.bids import opened_bids_of
from procurement.queries.officers import generation_of, holders_of
from procurement.rules.sealing_custody import SameAdministration
from procurement.tender_stages import SessionPurpose, TenderStage
from tests.procurement.builders import lead
from tests.procurement.tender_builders import FIRMS, PASSPHRASE, hand_in, make_published, officer, open_after_deadline, reloaded
from tests.world import World, sign_in

OPENING, REWRAP = SessionPurpose.OPENING, SessionPurpose.REWRAP


def after(tender: Tender, minutes: int = 60):
    return clock.stopped_at(tender.deadline + timedelta(minutes=minutes))


def test_whoever_stands_on_a_bidders_side_does_not_open(app_once):
    tender, insider = make_published(), officer("bernsdorf")
    write(tendering.invite, tender.id, "Insider GmbH", "insider@firma.example", by=lead())
    db.session.get_one(Person, insider.person_id).email = "Insider@Firma.Example"
    db.session.commit()

    with after(tender):  # asked to bid only: anybody could have asked in that name
        write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=insider)
    hand_in(tender, "Insider GmbH", at=tender.deadline)
    with after(tender), pytest.raises(ConflictOfInterest):
        write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=insider)

    open_after_deadline(tender, ("koenigsbrueck", "ossling"))
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == ["Insider GmbH"]


def test_two_who_came_into_one_administration_since_they_were_named_do_not_open_together(app_once):
    tender = make_published()
    moved = db.session.get_one(Person, officer("bernsdorf").person_id)
    moved.employer_id = lead().organisation_id
    db.session.commit()

    with after(tender):
        write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=lead())
        with pytest.raises(SameAdministration):
            write(opening.complete, tender.id, OPENING, passphrase=PASSPHRASE, by=find_actor(moved.id, officer("bernsdorf").organisation_id))

    assert reloaded(tender).stage is TenderStage.PUBLISHED


def test_one_opener_with_two_memberships_stays_one_person(app_once):
    tender, person = make_published(), officer("bernsdorf").person_id
    place = World().actor("ossling", Role.CLERK).organisation_id
    db.session.add(Membership(person_id=person, organisation_id=place, role=Role.PROCUREMENT_OFFICER, from_day=clock.now().date()))
    db.session.commit()

    with after(tender):
        write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
        with pytest.raises(SameAdministration):
            write(opening.complete, tender.id, OPENING, passphrase=PASSPHRASE, by=find_actor(person, place))


def test_halves_that_nobody_came_for_are_wiped_and_the_next_session_opens(app):
    tender = make_published()
    hand_in(tender)
    with after(tender):
        begun = write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=officer("ossling")).id
    with after(tender, 80):
        opening.wipe_halves()
    kept = halves_of(begun)
    with after(tender, 120):
        opening.wipe_halves()
        wiped = halves_of(begun)
        write(opening.begin, tender.id, OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
        opening.wipe_halves()
        db.session.remove()  # as after a restart of the server
        write(opening.complete, tender.id, OPENING, passphrase=PASSPHRASE, by=officer("koenigsbrueck"))

    assert (kept is None, wiped) == (False, None)
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[0]]


def halves_of(session_id: int) -> object:
    db.session.expire_all()
    return db.session.scalar(select(OpeningSession.contribution).where(OpeningSession.id == session_id))


def test_a_lost_key_is_replaced_by_two_others_who_see_who_leaves_and_joins(app, client):
    tender = make_published()
    hand_in(tender)
    lost = next(holder for holder in holders_of(tender) if holder.key.person_id == officer("koenigsbrueck").person_id).id
    write(opening.report_lost, "Laptop gestohlen", by=officer("koenigsbrueck"))
    fresh = write(opening.make_key, PASSPHRASE, by=officer("koenigsbrueck")).key.id
    page, before = f"/beschaffung/vergaben/{tender.id}/schluessel/neu-verteilen", generation_of(tender)
    chosen = {"passphrase": PASSPHRASE, "leaver_id": lost, "joiner_key_id": fresh}

    sign_in(client, officer("bernsdorf"))
    begun = client.post(page, data=chosen)
    sign_in(client, officer("ossling"))
    shown = client.get(page).get_data(as_text=True)
    seen = db.session.scalars(select(OpeningSession.id).where(OpeningSession.purpose == REWRAP)).one()
    done = client.post(f"{page}?sitzung={seen}", data={"passphrase": PASSPHRASE})
    open_after_deadline(reloaded(tender), ("koenigsbrueck", "ossling"))

    generations = set(db.session.scalars(select(KeyShare.generation).where(KeyShare.tender_id == tender.id)))
    assert [begun.status_code, done.status_code] == [302, 302]
    assert shown.count(lead().person_name) >= 2  # leaves with the lost key, joins with the new one
    assert generations == {before + 1}
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[0]]


def test_a_session_that_took_the_place_of_the_one_read_is_not_confirmed(app_once):
    tender = make_published()
    leaver = next(holder for holder in holders_of(tender) if holder.key.person_id == lead().person_id).id
    write(opening.begin, tender.id, REWRAP, passphrase=PASSPHRASE, leaver_id=leaver, by=officer("bernsdorf"))
    seen = db.session.scalars(select(OpeningSession.id).where(OpeningSession.purpose == REWRAP)).one()
    write(opening.begin, tender.id, REWRAP, passphrase=PASSPHRASE, leaver_id=leaver, by=officer("bernsdorf"))

    with pytest.raises(ChangedMeanwhile):
        write(opening.complete, tender.id, REWRAP, passphrase=PASSPHRASE, seen=seen, by=officer("ossling"))


def test_three_who_confirm_at_the_same_moment_open_once(app):
    tender = make_published()
    hand_in(tender)
    officers = [officer(town) for town in ("koenigsbrueck", "bernsdorf", "ossling")]
    told: list[str] = []

    def all_at_once(verb: Callable[..., OpeningSession]) -> None:
        start = threading.Barrier(len(officers))
        threads = [threading.Thread(target=confirm, args=(verb, actor, start)) for actor in officers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def confirm(verb: Callable[..., OpeningSession], actor: Actor, start: threading.Barrier) -> None:
        with after(tender), app.app_context():
            start.wait()
            try:
                write(verb, tender.id, OPENING, passphrase=PASSPHRASE, by=actor)
                told.append("done")
            except RuleBroken as broken:
                told.append(type(broken).__name__)
            finally:
                db.session.remove()

    db.session.commit()
    all_at_once(opening.begin)
    all_at_once(opening.complete)

    assert told[:3] == ["done"] * 3
    assert sorted(told[3:]) in (["SameAdministration", "WrongTime", "done"], ["WrongTime", "WrongTime", "done"])
    assert [one.bidder for one in opened_bids_of(reloaded(tender))] == [FIRMS[0]]
