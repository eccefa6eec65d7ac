"""Cases 37 to 43 of procurement, from the sealed bid to the opening, through the verbs and down to the database."""

import base64
import json
import logging
import re
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from commons import clock
from commons.database import db, write
from commons.letters import Letter
from commons.permissions import Role
from procurement import bidding, opening, tendering
from procurement.bidding.handing_in import TooLateToWithdraw
from procurement.models import Bid, OpenedBid, OpeningEntry, TenderHolder
from procurement.opening.sessions import NoPairLeft
from procurement.queries import search
from procurement.queries.bids import find_opening, get_invitation, opened_bids, opened_bids_of
from procurement.queries.officers import find_key_of, holders_of
from procurement.queries.tender_documents import current_version
from procurement.rules.sealing_custody import SameAdministration, TooFewHolders
from procurement.rules.sealing_receipts import check_receipt
from procurement.tender_stages import BidStage, SessionPurpose, TenderStage
from procurement.tendering.publishing import NotReady
from tests.procurement.builders import lead
from tests.procurement.tender_builders import (
    FIRMS,
    PASSPHRASE,
    content_of,
    hand_in,
    make_key,
    make_published,
    make_ready,
    make_tender,
    officer,
    open_after_deadline,
    reloaded,
    secret_of,
)
from tests.world import World, sign_in
from verbund.backup import back_up


@pytest.mark.parametrize(("seconds", "is_late"), [(0, False), (0.999, False), (1, True)], ids=["at_the_second", "within_the_second", "one_second_after"])
def test_case_37_the_servers_clock_decides_to_the_second(app, seconds, is_late):
    tender = make_published()
    moment = tender.deadline + timedelta(seconds=seconds)

    bid = hand_in(tender, at=moment)

    receipt = check_receipt(bid.receipt, public=current_version(tender).receipt_public_key)
    assert (bid.is_late, receipt.is_late, receipt.received_at) == (is_late, is_late, moment)
    assert bid.stage is (BidStage.UNOPENED if is_late else BidStage.HANDED_IN)


def test_case_37_an_upload_that_ends_after_the_deadline_is_late(app):
    """What counts is when the server had the whole bid, not when it began to come in."""
    tender = make_published()

    with clock.stopped_at(tender.deadline - timedelta(minutes=1)):
        secret = secret_of(tender)
    bid = hand_in(tender, at=tender.deadline + timedelta(seconds=1))

    assert secret
    assert bid.is_late
    open_after_deadline(tender)
    entry = db.session.scalars(select(OpeningEntry).where(OpeningEntry.bid_id == bid.id)).one()
    assert (entry.stage, entry.computed_net) == (BidStage.UNOPENED, None)


MARK = "ZZPLAINTEXTMARKERZZ"


def everything_in_the_database() -> bytes:
    tables = [table.name for table in db.metadata.sorted_tables]
    rows = [row for name in tables for row in db.session.execute(text(f'SELECT * FROM "{name}"'))]
    values = [value for row in rows for value in row if value is not None]
    return b"\n".join(value if isinstance(value, bytes) else bytes(value) if isinstance(value, memoryview) else str(value).encode() for value in values)


def test_case_39_what_a_bid_says_is_nowhere_before_the_opening(app, caplog, tmp_path, client):
    tender = make_published()
    caplog.set_level(logging.DEBUG)
    content_remark = {"remark": MARK, "contact": MARK}

    write(bidding.save_draft, get_invitation(secret_of(tender)).id, content_of(tender, **content_remark), secret=secret_of(tender))
    hand_in(tender, price="3.1234", **content_remark)

    dump = everything_in_the_database()
    assert MARK.encode() not in dump
    assert b"3.1234" not in dump
    assert MARK not in caplog.text
    assert MARK not in json.dumps([letter.body for letter in db.session.scalars(select(Letter))], ensure_ascii=False)
    for role in (Role.PROCUREMENT_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR, Role.MAYOR):
        sign_in(client, World().actor("koenigsbrueck", role))
        for address in ("/", f"/beschaffung/vergaben/{tender.id}", f"/beschaffung/vergaben/{tender.id}/oeffnung", "/verwaltung/protokoll"):
            assert MARK not in client.get(address).get_data(as_text=True), address
        assert search(World().actor("koenigsbrueck", role), MARK) == []
    assert opened_bids(tender.id, lead()) == []
    assert db.session.scalar(select(OpenedBid.id)) is None


def test_case_39_no_backup_holds_what_a_bid_says(app_once, tmp_path):
    tender = make_published()
    write(bidding.save_draft, get_invitation(secret_of(tender)).id, content_of(tender, remark=MARK), secret=secret_of(tender))
    hand_in(tender, remark=MARK)
    db.session.rollback()
    back_up(db.engine, tmp_path / "backup.zip", key=None)

    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    assert any("bid" in name for name in contents)
    assert [name for name, content in contents.items() if MARK.encode() in content or base64.b64encode(MARK.encode()) in content] == []


def test_case_39_the_number_of_bids_is_not_shown(app, client):
    """A page with three bids is the same as a page with none."""
    tender = make_published()
    sign_in(client, lead())
    page = f"/beschaffung/vergaben/{tender.id}"
    addresses = (page, f"{page}/oeffnung", f"{page}/firmen", "/beschaffung/vergaben/", "/verwaltung/briefe")
    with clock.stopped_at(clock.now()):
        before = [plain(client.get(address).get_data(as_text=True)) for address in addresses]
        for firm in FIRMS:
            hand_in(reloaded(tender), firm)
        after = [plain(client.get(address).get_data(as_text=True)) for address in addresses]

    assert after == before


def plain(page: str) -> str:
    """Return a page without the tokens that differ each time."""
    return re.sub(r"I[jm][\w.-]{40,}", "", page)


def test_case_40_one_holder_alone_opens_nothing(app):
    tender = make_published()
    hand_in(tender)

    with clock.stopped_at(tender.deadline + timedelta(hours=1)):
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))
        with pytest.raises(SameAdministration):
            write(opening.complete, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("bernsdorf"))

    assert reloaded(tender).stage is TenderStage.PUBLISHED
    assert db.session.scalar(select(OpenedBid.id)) is None


def test_case_40_two_holders_of_one_administration_open_nothing(app, world):
    """Königsbrück's mayor and procurement officer are employed by the same administration."""
    tender = make_tender()
    mayor = world.actor("koenigsbrueck", Role.MAYOR)
    write(opening.make_key, PASSPHRASE, by=mayor)
    for town in ("koenigsbrueck", "bernsdorf", "ossling"):
        make_key(town)
    keys = [find_key_of(mayor.person_id).id, *(find_key_of(officer(town).person_id).id for town in ("koenigsbrueck", "bernsdorf", "ossling"))]
    write(opening.name_holders, tender.id, keys, by=lead())

    write(opening.begin, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSPHRASE, by=mayor)
    with pytest.raises(SameAdministration):
        write(opening.complete, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSPHRASE, by=officer("koenigsbrueck"))
    write(opening.complete, tender.id, SessionPurpose.REHEARSAL, passphrase=PASSPHRASE, by=officer("ossling"))


def test_case_40_two_holders_of_different_administrations_open_with_a_protocol(app):
    tender = make_published()
    bid = hand_in(tender)

    open_after_deadline(tender)

    session = find_opening(reloaded(tender))
    entry = db.session.scalars(select(OpeningEntry).where(OpeningEntry.session_id == session.id)).one()
    assert entry.envelope_hash == db.session.get_one(Bid, bid.id).envelope_hash
    assert entry.computed_net > 0
    assert session.protocol.content.startswith(b"%PDF")


def test_case_40_publication_is_refused_while_the_loss_of_one_holder_would_end_it(app, world):
    tender = make_ready()
    mayor = world.actor("koenigsbrueck", Role.MAYOR)
    write(opening.make_key, PASSPHRASE, by=mayor)
    keys = [find_key_of(person).id for person in (mayor.person_id, lead().person_id, officer("bernsdorf").person_id)]

    with pytest.raises(TooFewHolders):  # without Bernsdorf only Königsbrück is left
        write(opening.name_holders, tender.id, keys, by=lead())
    with pytest.raises(TooFewHolders):
        write(opening.name_holders, tender.id, keys[1:], by=lead())
    db.session.execute(update(TenderHolder).where(TenderHolder.key_id == find_key_of(officer("ossling").person_id).id).values(left_at=clock.now()))
    db.session.commit()
    with pytest.raises(NotReady):
        write(tendering.publish, tender.id, by=lead())


def test_case_41_with_two_of_three_keys_it_still_opens(app):
    tender = make_published()
    hand_in(tender)
    write(opening.report_lost, "Laptop gestohlen", by=officer("koenigsbrueck"))

    open_after_deadline(tender, ("bernsdorf", "ossling"))

    assert [bid.bidder for bid in opened_bids_of(reloaded(tender))] == [FIRMS[0]]


def test_case_41_with_one_of_three_keys_it_cannot_be_opened_and_that_is_documented(app):
    tender = make_published()
    hand_in(tender)
    for town in ("koenigsbrueck", "bernsdorf"):
        write(opening.report_lost, "Laptop gestohlen", by=officer(town))

    with clock.stopped_at(tender.deadline + timedelta(hours=1)), pytest.raises(NoPairLeft) as refusal:
        write(opening.begin, tender.id, SessionPurpose.OPENING, passphrase=PASSPHRASE, by=officer("ossling"))
    write(tendering.cancel, tender.id, reason=str(refusal.value.message), by=lead())

    acts = db.session.execute(text("SELECT act, payload FROM journal_entry WHERE subject_kind = 'tender' ORDER BY id")).all()
    lost = [json.loads(payload)["after"]["can_be_opened"] for act, payload in acts if act == "tender.key_lost"]
    assert lost == [True, False]
    assert reloaded(tender).stage is TenderStage.CANCELLED
    assert "Kein Paar" in " ".join(str(part) for letter in db.session.scalars(select(Letter)) for part in letter.paragraphs)


def test_case_41_a_leaver_is_replaced_by_two_others(app):
    tender = make_published()
    hand_in(tender)
    make_key("laussnitz")
    leaver = next(holder for holder in holders_of(tender) if holder.key.person_id == lead().person_id)
    write(opening.begin, tender.id, SessionPurpose.REWRAP, passphrase=PASSPHRASE, leaver_id=leaver.id, joiner_key_id=None, by=officer("bernsdorf"))

    with pytest.raises(TooFewHolders):  # two who stay are too few
        write(opening.complete, tender.id, SessionPurpose.REWRAP, passphrase=PASSPHRASE, by=officer("ossling"))


def test_case_42_an_altered_envelope_fails_alone_and_is_named(app):
    tender = make_published()
    altered, whole = hand_in(tender, FIRMS[0]), hand_in(tender, FIRMS[1])
    envelope = db.session.scalars(select(Bid.envelope).where(Bid.id == altered.id)).one()
    flipped = envelope[:-1] + bytes([envelope[-1] ^ 1])
    break_in(altered.id, flipped)

    open_after_deadline(tender)

    stages = {entry.bid.reference: (entry.stage, entry.remark) for entry in db.session.scalars(select(OpeningEntry))}
    assert stages[altered.reference][0] is BidStage.TAMPERED
    assert altered.reference in json.dumps(stages[altered.reference][1])
    assert stages[whole.reference][0] is BidStage.OPENED
    assert [bid.bidder for bid in opened_bids_of(reloaded(tender))] == [FIRMS[1]]


def break_in(bid_id: int, envelope: bytes) -> None:
    """Alter an envelope as somebody with full rights over the database could: the trigger is taken away and put back."""
    if db.engine.dialect.name == "sqlite":
        made = db.session.execute(text("SELECT sql FROM sqlite_master WHERE name = 'bid_unchanged_update'")).scalar_one()
        db.session.rollback()
        with db.engine.connect().execution_options(write=True) as connection:
            connection.exec_driver_sql("DROP TRIGGER bid_unchanged_update")
            connection.execute(text("UPDATE bid SET envelope = :envelope WHERE id = :id"), {"envelope": envelope, "id": bid_id})
            connection.exec_driver_sql(made)
            connection.commit()
    else:
        db.session.execute(text("ALTER TABLE bid DISABLE TRIGGER bid_unchanged"))
        db.session.execute(text("UPDATE bid SET envelope = :envelope WHERE id = :id"), {"envelope": envelope, "id": bid_id})
        db.session.execute(text("ALTER TABLE bid ENABLE TRIGGER bid_unchanged"))
        db.session.commit()
    db.session.expire_all()


def test_case_42_the_database_itself_refuses_to_alter_a_bid(app):
    from sqlalchemy.exc import DBAPIError

    bid = hand_in(make_published())

    with pytest.raises(DBAPIError, match="bid_unchanged"):
        db.session.execute(update(Bid).where(Bid.id == bid.id).values(is_late=True))
    db.session.rollback()


def test_case_43_a_bid_withdrawn_before_the_deadline_is_not_opened_but_leaves_its_trace(app):
    tender = make_published()
    bid = hand_in(tender)

    write(bidding.withdraw, secret_of(tender), at=clock.now())
    open_after_deadline(tender)

    entry = db.session.scalars(select(OpeningEntry).where(OpeningEntry.bid_id == bid.id)).one()
    assert (entry.stage, entry.computed_net) == (BidStage.WITHDRAWN, None)
    assert opened_bids_of(reloaded(tender)) == []


def test_case_43_after_the_deadline_nobody_withdraws(app):
    tender = make_published()
    bid = hand_in(tender)

    with pytest.raises(TooLateToWithdraw):
        write(bidding.withdraw, secret_of(tender), at=tender.deadline + timedelta(seconds=1))

    assert db.session.get_one(Bid, bid.id).stage is BidStage.HANDED_IN
