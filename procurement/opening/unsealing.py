"""Open all envelopes at once: an altered one fails alone and is named, late ones stay closed, the protocol keeps hashes and amounts."""

import logging
from collections.abc import Collection, Sequence

from sqlalchemy import select

from commons import clock, files
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, as_data, counted, say
from procurement.bid_content import bid_label, bidder_name, check_opened, content_of_envelope, keep_content, seed_label
from procurement.models import Bid, OpenedBid, OpeningEntry, OpeningSession, RecordDocument, Tender
from procurement.opening.protocol import protocol_of
from procurement.queries.bids import admitted_waiting, all_bids, sealed_bids
from procurement.rules.sealing import envelope_hash, open_all, open_bid
from procurement.telling import tell_members, write_down
from procurement.tender_stages import BidChannel, BidStage, TenderStage, check_bid_step

logger = logging.getLogger(__name__)


def open_bids(tender: Tender, session: OpeningSession, key: bytes, *, by: Actor) -> None:
    """Open what was handed in on time, and keep the protocol."""
    unreadable = _open(tender, sealed_bids(tender), key)
    if tender.draw_seed_sealed is not None:
        tender.draw_seed = open_bid(tender.draw_seed_sealed, label=seed_label(tender), private=key).decode()
    tender.stage, tender.stage_since, tender.opened_at = TenderStage.OPENED, clock.now(), clock.now()
    finish(tender, session, all_bids(tender), unreadable=unreadable, by=by)


def open_admitted(tender: Tender, session: OpeningSession, key: bytes, *, by: Actor) -> None:
    """Open the late envelopes that two people admitted, with a protocol of their own."""
    bids = admitted_waiting(tender)
    unreadable = _open(tender, bids, key)
    finish(tender, session, bids, unreadable=unreadable, by=by)


def _open(tender: Tender, bids: Sequence[Bid], key: bytes) -> set[str]:
    """Open each envelope by itself; return the references of those that were sealed well but hold no bid."""
    envelopes = {bid_label(tender.id, bid.version, bid.reference): bid.envelope or b"" for bid in bids if bid.channel is not BidChannel.PAPER}
    found, unreadable = open_all(envelopes, private=key), set[str]()
    for bid in bids:
        check_bid_step(bid.stage, BidStage.OPENED)
        if bid.channel is BidChannel.PAPER:
            bid.stage = BidStage.OPENED  # its content is entered by hand, page by page, from the paper
        elif bid.reference not in found.contents or envelope_hash(bid.envelope or b"") != bid.envelope_hash:
            bid.stage = BidStage.TAMPERED
        else:
            bid.stage = _take_content(tender, bid, found.contents[bid.reference])
            unreadable |= {bid.reference} if bid.stage is BidStage.TAMPERED else set()
    return unreadable


def _take_content(tender: Tender, bid: Bid, raw: bytes) -> BidStage:
    """Keep what one envelope held; whatever it holds, it fails alone and never keeps the others closed."""
    names = list(db.session.scalars(select(OpenedBid.bidder).where(OpenedBid.tender_id == tender.id)))
    try:
        with db.session.begin_nested():
            keep_content(bid, content_of_envelope(raw, bid), at=clock.now(), bidder=bidder_name(bid, bid.invitation.name, names))
            check_opened(_opened_of(bid))
    except RuleBroken:
        return BidStage.TAMPERED
    except Exception as error:  # noqa: BLE001  # a bidder's own program may write what nobody thought of
        logger.warning("The content of envelope %s cannot be kept: %s", bid.reference, type(error).__name__)
        return BidStage.TAMPERED
    return BidStage.OPENED


def _opened_of(bid: Bid) -> OpenedBid:
    return db.session.scalars(select(OpenedBid).where(OpenedBid.bid_id == bid.id)).one()


def finish(tender: Tender, session: OpeningSession, bids: Sequence[Bid], *, unreadable: Collection[str], by: Actor) -> None:
    """Write down what came to light and keep the protocol as PDF."""
    db.session.flush()
    db.session.expire_all()
    entries = [_entry(session, bid, is_unreadable=bid.reference in unreadable) for bid in bids]
    db.session.add_all(entries)
    db.session.flush()
    kept = files.store(f"oeffnung-{tender.id}-{session.id}.pdf", "application/pdf", protocol_of(tender, session, entries), by=by)
    session.protocol_id = kept.id
    db.session.add(RecordDocument(tender_id=tender.id, kind="opening_protocol", file_id=kept.id, made_by_id=by.person_id))
    opened = sum(entry.stage is BidStage.OPENED for entry in entries)
    subject = say("Angebote geöffnet: %(title)s", title=tender.title)
    tell_members(
        tender,
        Permission.BID_READ,
        subject,
        [
            counted(
                opened,
                say("%(count)s Angebot ist geöffnet. Die Niederschrift liegt bei."),
                say("%(count)s Angebote sind geöffnet. Die Niederschrift liegt bei."),
            )
        ],
        by=by,
    )
    after = {"bids": [{"reference": entry.bid.reference, "stage": entry.stage.value, "hash": entry.envelope_hash} for entry in entries]}
    write_down("tender.bids_opened", tender, by=by, before={"stage": "published"}, after=after | {"session": session.id})


def _entry(session: OpeningSession, bid: Bid, *, is_unreadable: bool) -> OpeningEntry:
    opened = db.session.scalar(select(OpenedBid).where(OpenedBid.bid_id == bid.id)) if bid.stage is BidStage.OPENED else None
    text = _why_closed(bid, is_unreadable=is_unreadable) if bid.stage is BidStage.TAMPERED else _remark(bid)
    return OpeningEntry(
        session_id=session.id,
        bid_id=bid.id,
        bid=bid,
        stage=bid.stage,
        envelope_hash=bid.envelope_hash,
        computed_net=check_opened(opened).net if opened is not None else None,
        remark=as_data(text) if text else None,
    )


def _why_closed(bid: Bid, *, is_unreadable: bool) -> Message:
    """Say who has to look into it: whoever keeps the database, or the firm that sealed by itself."""
    if is_unreadable:
        return say("Der Umschlag %(reference)s ist unversehrt, aber sein Inhalt ist kein lesbares Angebot zu diesen Unterlagen.", reference=bid.reference)
    if envelope_hash(bid.envelope or b"") != bid.envelope_hash:
        return say("Der Umschlag %(reference)s lässt sich nicht öffnen: Er wurde nach seinem Eingang verändert.", reference=bid.reference)
    return say(
        "Der Umschlag %(reference)s lässt sich nicht öffnen: Er wurde verändert oder nicht für diese Ausschreibung versiegelt. "
        "Die Quittung der Firma zeigt, was eingegangen ist.",
        reference=bid.reference,
    )


def _remark(bid: Bid) -> Message | None:
    if bid.stage is BidStage.UNOPENED:
        return say("Nach Ablauf der Frist eingegangen, ausgeschlossen und nicht geöffnet.")
    if bid.stage is BidStage.OPENED and bid.is_late:
        return say("Nach Ablauf der Frist eingegangen und von zwei Personen zugelassen.")
    if bid.stage is BidStage.OPENED and bid.version < bid.tender.version:
        return say("Beruht auf Fassung %(number)s der Unterlagen.", number=bid.version)
    if bid.channel is BidChannel.PAPER and bid.stage is BidStage.OPENED:
        return say("Papierangebot; der Inhalt wird aus dem Umschlag eingegeben.")
    return None
