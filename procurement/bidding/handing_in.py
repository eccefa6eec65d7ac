"""Take a bid: the server's clock decides to the second, the content is sealed at once, the bidder gets a signed receipt."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from commons import clock, letters
from commons.database import db
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.tokens import hash_of
from commons.words import say
from procurement.bid_content import bid_label, bidder_name, keep_content
from procurement.bidding.variants import check_variant
from procurement.exchange.bid_file import BidContent, encode
from procurement.models import Bid, OpenedBid, Tender, TenderInvitation
from procurement.queries.bids import find_own_bid, get_invitation, own_bids, own_variants
from procurement.queries.tender_documents import current_version, find_version
from procurement.queries.tenders import SEALED, lock_for_bidder
from procurement.receipt_key import receipt_keys
from procurement.rules.deadlines import is_late
from procurement.rules.sealing import LARGEST_ENVELOPE, envelope_hash, label_of, seal_bid
from procurement.rules.sealing_receipts import Receipt, sign_receipt
from procurement.telling import page_of, tell_members, write_down, write_down_unseen
from procurement.tender_stages import BidChannel, BidStage, TenderStage, check_bid_step

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_ENVELOPES = 100  # of a firm for a tender, with those that were replaced
# What comes after the opening is taken too: recorded, excluded and left closed.
TAKING = frozenset({TenderStage.PUBLISHED, TenderStage.OPENED, TenderStage.EVALUATED, TenderStage.AWARDED})


class NoMoreBids(RuleBroken):
    """Before the publication and after a cancellation no bid is taken."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Für diese Ausschreibung werden keine Angebote mehr entgegengenommen."))


class TooManyEnvelopes(RuleBroken):
    """Whoever hands in over and over fills the disk of all: so often nobody needs to replace a bid."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Sie haben schon %(count)s Angebote abgegeben. Bitte wenden Sie sich an die Vergabestelle.", count=MOST_ENVELOPES))


class TooLateToWithdraw(RuleBroken):
    """A bid is binding once the deadline has passed."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Angebotsfrist ist abgelaufen. Ihr Angebot ist bindend und kann nicht mehr zurückgezogen werden."))


class NothingToWithdraw(RuleBroken):
    """Only what was handed in can be withdrawn."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Es liegt kein Angebot vor, das Sie zurückziehen könnten."))


class NothingOffered(RuleBroken):
    """A bid names at least one price."""

    def __init__(self) -> None:
        super().__init__(say("Ihr Angebot enthält noch keinen Preis."))


class EnvelopeOfAnother(RuleBroken):
    """An envelope that the bidder sealed belongs to this tender and the version in force."""

    def __init__(self) -> None:
        super().__init__(
            say(
                "Dieser Umschlag trägt nicht das Kennzeichen, die Ausschreibung und die Fassung, die Ihre Seite jetzt zeigt. "
                "Bitte laden Sie die Seite neu und versiegeln Sie noch einmal."
            ),
            field="file",
        )


def new_reference(tender: Tender) -> str:
    """Return a reference that says nothing about how many bids there are."""
    return f"A{tender.id}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))


def next_reference(invitation: TenderInvitation, secret: str) -> str:
    """Return the reference that the next envelope of this firm carries when it is sealed on the firm's own machine."""
    drawn = int(hash_of(f"{secret} {len(own_bids(invitation))}"), 16)
    return f"A{invitation.tender_id}-" + "".join(ALPHABET[drawn // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8))


def hand_in(secret: str, content: BidContent, *, channel: BidChannel, received_at: datetime, variant: int = 0) -> Bid:
    """Take a bid that arrived whole at `received_at`; it is sealed before it is kept. A late one is recorded and excluded."""
    invitation = get_invitation(secret)
    tender = _lock_taking(invitation)
    _check_not_flooded(invitation)
    version = current_version(tender)
    if not any(line.unit_price is not None for line in content.lines):
        raise NothingOffered
    check_variant(invitation, version, variant)
    reference = new_reference(tender)
    if tender.procedure not in SEALED:
        return _take_quote(tender, invitation, content, reference, received_at, variant)
    label = bid_label(tender.id, version.number, reference)
    envelope = seal_bid(encode(content), label=label, public=tender.public_key or b"")
    return _take(tender, invitation, envelope, reference, channel=channel, received_at=received_at, variant=variant)


def hand_in_sealed(secret: str, envelope: bytes, *, received_at: datetime, variant: int = 0) -> Bid:
    """Take an envelope that the bidder sealed by the own program: the server never sees what it holds."""
    invitation = get_invitation(secret)
    tender = _lock_taking(invitation)
    _check_not_flooded(invitation)
    if len(envelope) > LARGEST_ENVELOPE or tender.procedure not in SEALED:
        raise EnvelopeOfAnother
    label = label_of(envelope)
    if label != bid_label(tender.id, tender.version, next_reference(invitation, secret)):
        raise EnvelopeOfAnother
    check_variant(invitation, current_version(tender), variant)
    return _take(tender, invitation, envelope, label.reference, channel=BidChannel.SEALED_BEFORE, received_at=received_at, variant=variant)


def _lock_taking(invitation: TenderInvitation) -> Tender:
    tender = lock_for_bidder(invitation.tender_id)
    if tender.stage not in TAKING or tender.deadline is None:
        raise NoMoreBids
    return tender


def _check_not_flooded(invitation: TenderInvitation) -> None:
    if len(own_bids(invitation)) >= MOST_ENVELOPES:
        raise TooManyEnvelopes


def _stage_on_arrival(tender: Tender, *, is_late: bool) -> BidStage:
    """Leave closed what is late, and what reached the tender only when the others were open."""
    return BidStage.UNOPENED if is_late or tender.stage is not TenderStage.PUBLISHED else BidStage.HANDED_IN


def _take(
    tender: Tender, invitation: TenderInvitation, envelope: bytes, reference: str, *, channel: BidChannel, received_at: datetime, variant: int = 0
) -> Bid:
    late = is_late(received_at, deadline=tender.deadline or received_at)
    stage = _stage_on_arrival(tender, is_late=late)
    if stage is BidStage.HANDED_IN:
        _replace_former(invitation, variant)
    bid = Bid(
        tender_id=tender.id,
        invitation_id=invitation.id,
        variant=variant,
        reference=reference,
        version=tender.version,
        channel=channel,
        stage=stage,
        received_at=received_at,
        is_late=late,
        envelope=envelope,
        envelope_hash=envelope_hash(envelope),
    )
    bid.receipt = dict(_receipt(bid))
    db.session.add(bid)
    db.session.flush()
    _send_receipt(tender, invitation, bid)
    _tell_after_opening(tender, bid)
    after = {"reference": reference, "hash": bid.envelope_hash, "late": late, "received_at": received_at.isoformat(), "version": tender.version}
    write_down_unseen("bid.received", tender, after=after)
    return bid


def _replace_former(invitation: TenderInvitation, variant: int) -> None:
    former = find_own_bid(invitation, variant)
    if former is not None:
        check_bid_step(former.stage, BidStage.REPLACED)
        former.stage, former.ended_at = BidStage.REPLACED, clock.now()
        db.session.flush()


def _receipt(bid: Bid) -> Mapping[str, Any]:
    receipt = Receipt(
        tender=str(bid.tender_id),
        version=bid.version,
        reference=bid.reference,
        received_at=bid.received_at,
        envelope_hash=bid.envelope_hash or "",
        is_late=bid.is_late,
    )
    return sign_receipt(receipt, private=receipt_keys()[0])


def _send_receipt(tender: Tender, invitation: TenderInvitation, bid: Bid) -> None:
    body = [
        say("Ihr Angebot %(reference)s ist am %(moment)s eingegangen.", reference=bid.reference, moment=bid.received_at),
        say("Prüfsumme des verschlossenen Umschlags (SHA-256): %(hash)s", hash=bid.envelope_hash or ""),
    ]
    if bid.is_late:
        body.append(say("Die Angebotsfrist war abgelaufen. Das Angebot wird aufgezeichnet und ausgeschlossen."))
    elif bid.stage is BidStage.UNOPENED:
        body.append(say("Die anderen Angebote waren schon geöffnet. Ihr Angebot bleibt verschlossen, bis zwei Personen darüber entschieden haben."))
    else:
        body.append(say("Bis zum Ende der Angebotsfrist können Sie es ersetzen oder zurückziehen."))
    subject = say("Empfangsbestätigung: %(title)s", title=tender.title)
    letters.post_to_address(invitation.address, subject, body, organisation_id=None, about=("tender_bid", tender.id))


def _tell_after_opening(tender: Tender, bid: Bid) -> None:
    """Tell those who examine of a bid that came after the opening; before it nobody hears of any."""
    if tender.stage is TenderStage.PUBLISHED:
        return
    firm = {"firm": bid.invitation.name, "reference": bid.reference}
    body = [
        say("%(firm)s hat am %(moment)s das Angebot %(reference)s abgegeben.", moment=bid.received_at, **firm),
        say("Es bleibt verschlossen und ausgeschlossen, sofern nicht zwei Personen feststellen, dass die Firma die Verspätung nicht zu vertreten hat."),
    ]
    subject = say("Angebot nach der Öffnung eingegangen: %(title)s", title=tender.title)
    tell_members(tender, Permission.BID_EXAMINE, subject, body, by=None, link=f"{page_of(tender)}/oeffnung")
    write_down("tender.late_bid_recorded", tender, by=None, after=firm | {"hash": bid.envelope_hash, "received_at": bid.received_at.isoformat()})


def _take_quote(tender: Tender, invitation: TenderInvitation, content: BidContent, reference: str, received_at: datetime, variant: int) -> Bid:
    """Keep a quote of a procedure that needs no sealing."""
    late = is_late(received_at, deadline=tender.deadline or received_at)
    stage = _stage_on_arrival(tender, is_late=late)
    if stage is BidStage.HANDED_IN:
        _replace_former(invitation, variant)
    bid = Bid(
        tender_id=tender.id,
        invitation_id=invitation.id,
        variant=variant,
        reference=reference,
        version=tender.version,
        channel=BidChannel.QUOTE,
        stage=stage,
        received_at=received_at,
        is_late=late,
    )
    db.session.add(bid)
    db.session.flush()
    names = [row[0] for row in db.session.query(OpenedBid.bidder).filter(OpenedBid.tender_id == tender.id)]
    keep_content(bid, content, at=received_at, bidder=bidder_name(bid, content.bidder, names))
    _send_receipt(tender, invitation, bid)
    _tell_after_opening(tender, bid)
    write_down_unseen("bid.quoted", tender, after={"reference": reference, "late": late})
    return bid


def withdraw(secret: str, *, at: datetime, variant: int = 0) -> Bid:
    """Withdraw a bid before the deadline; it is never opened, its trace stays. All variants go with their main bid."""
    invitation = get_invitation(secret)
    tender = _lock_taking(invitation)
    bid = find_own_bid(invitation, variant)
    if bid is None:
        raise NothingToWithdraw
    if is_late(at, deadline=tender.deadline or at) or tender.stage is not TenderStage.PUBLISHED:
        raise TooLateToWithdraw
    check_bid_step(bid.stage, BidStage.WITHDRAWN)
    for one in (bid, *([] if variant else own_variants(invitation))):
        check_bid_step(one.stage, BidStage.WITHDRAWN)
        one.stage, one.ended_at = BidStage.WITHDRAWN, at
    body = [say("Ihr Angebot %(reference)s ist am %(moment)s zurückgezogen worden. Es wird nicht geöffnet.", reference=bid.reference, moment=at)]
    subject = say("Angebot zurückgezogen: %(title)s", title=tender.title)
    letters.post_to_address(invitation.address, subject, body, organisation_id=None, about=("tender_bid", tender.id))
    write_down_unseen("bid.withdrawn", tender, after={"reference": bid.reference})
    return bid


def is_on_old_version(bid: Bid, tender: Tender) -> bool:
    """Tell whether a bid was written on documents that were changed since."""
    return bid.version < tender.version and find_version(tender, bid.version) is not None
