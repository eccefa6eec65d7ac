"""A bid that is being written: from the form or the price sheet, sealed to the supplier's own link, checked before it is handed in."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from commons import clock
from commons.database import db
from commons.errors import RuleBroken
from commons.words import Message, german_number, say
from procurement.bid_bounds import within_bounds
from procurement.bid_reading import read_amount, read_charges, read_combinations, read_percent, read_price, with_sheet
from procurement.entries import General
from procurement.exchange import price_sheet
from procurement.exchange.bid_file import BidContent, PricedLine, decode, encode
from procurement.models import BidDraft, TenderInvitation, TenderPosition, TenderVersion
from procurement.queries.bids import find_draft
from procurement.queries.tender_documents import checked_position
from procurement.rules.sealing_keys import WrongPassphrase, open_with_secret, seal_with_secret

LARGEST_SHEET = 5 * 1024 * 1024


class SheetOfAnother(RuleBroken):
    """A price sheet belongs to one tender and one version of its documents."""

    def __init__(self) -> None:
        super().__init__(say("Dieses Preisblatt gehört zu anderen Unterlagen oder zu einer früheren Fassung. Bitte laden Sie es neu herunter."), field="file")


class SheetTooLarge(RuleBroken):
    """An uploaded sheet stays in memory, so it stays small."""

    status = 413

    def __init__(self) -> None:
        super().__init__(say("Das Preisblatt ist größer als 5 MB."), field="file")


class VariantUnexplained(RuleBroken):
    """A variant says in what it differs from the documents."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie auf, worin Ihr Nebenangebot von den Unterlagen abweicht."), field="remark")


class NumbersUnreadable(RuleBroken):
    """A number that cannot be read is named with its position, never guessed."""

    def __init__(self, faults: list[Message]) -> None:
        first = faults[0] if len(faults) == 1 else say("%(first)s (und %(more)s weitere)", first=faults[0], more=len(faults) - 1)
        super().__init__(first)
        self.faults = tuple(faults)


def empty_content(invitation: TenderInvitation, version: TenderVersion) -> BidContent:
    """Return a bid without prices."""
    return BidContent(bidder=invitation.name, address="", lines=tuple(_line(position, None, Decimal(19)) for position in version.positions))


def content_from_form(
    invitation: TenderInvitation, version: TenderVersion, general: General, prices: Mapping[str, str], rates: Mapping[str, str]
) -> BidContent:
    """Read a bid from the form; prices and rates are typed German numbers by the id of the position."""
    faults: list[Message] = []
    lines = []
    for position in version.positions:
        price = read_price(prices.get(str(position.id), ""), say("Position %(number)s", number=position.number), faults)
        rate = read_price(rates.get(str(position.id), ""), say("Steuersatz zu Position %(number)s", number=position.number), faults)
        lines.append(_line(position, price, Decimal(19) if rate is None else rate))
    content = _with_general(BidContent(bidder=invitation.name, address=general.address.strip(), lines=tuple(lines)), general, version, faults)
    return _sound(content, version, faults)


def content_from_sheet(raw: bytes, invitation: TenderInvitation, version: TenderVersion, *, before: BidContent) -> BidContent:
    """Read prices and discounts from an uploaded price sheet, what the bidder said besides stays; the bytes stay in memory."""
    if len(raw) > LARGEST_SHEET:
        raise SheetTooLarge
    filled = price_sheet.read(raw)
    if (filled.tender, filled.version) != (str(invitation.tender_id), version.number):
        raise SheetOfAnother
    faults: list[Message] = []
    content = with_sheet(replace(before, bidder=invitation.name), filled, version, faults)
    return _sound(content, version, faults)


def _sound(content: BidContent, version: TenderVersion, faults: list[Message]) -> BidContent:
    """Refuse what could not be read, and what could not be kept at the opening."""
    sound = within_bounds(content, version, faults)
    if faults:
        raise NumbersUnreadable(faults)
    return sound


def _line(position: TenderPosition, price: Decimal | None, rate: Decimal) -> PricedLine:
    asked = checked_position(position)
    return PricedLine(
        number=asked.number, text=asked.text, quantity=asked.quantity, unit=asked.unit, unit_price=price, vat_percent=rate, fingerprint=asked.fingerprint
    )


def _with_general(content: BidContent, general: General, version: TenderVersion, faults: list[Message]) -> BidContent:
    return replace(
        content,
        contact=general.contact.strip(),
        discount_percent=read_percent(general.discount, say("Nachlass"), faults),
        skonto_percent=read_percent(general.skonto, say("Skonto"), faults),
        skonto_days=general.skonto_days,
        minimum_value=read_amount(general.minimum_value, say("Mindestauftragswert"), faults),
        subcontract_percent=read_percent(general.subcontract, say("Unteraufträge"), faults),
        remark=general.remark.strip(),
        delivery=read_charges(general.delivery or {}, version, faults),
        combinations=read_combinations(general.combinations, version, faults),
        declarations=dict(general.declarations or {}),
        statements={name: text.strip() for name, text in (general.statements or {}).items()},
    )


def save_draft(invitation_id: int, content: BidContent, *, secret: str, variant: int = 0) -> None:
    """Keep a draft sealed to the supplier's link: whoever holds the database alone cannot read it."""
    invitation = db.session.get_one(TenderInvitation, invitation_id)
    if variant and not content.remark:
        raise VariantUnexplained
    draft = find_draft(invitation, variant) or BidDraft(invitation_id=invitation.id, variant=variant)
    draft.sealed, draft.saved_at = seal_with_secret(encode(content), secret=secret, purpose=purpose_of(invitation, variant)), clock.now()
    db.session.add(draft)
    db.session.flush()


def mark_of(content: BidContent, version: TenderVersion) -> str:
    """Return what tells a bid that was read on the page from one that took its place, or from changed documents."""
    return hashlib.sha256(str(version.number).encode() + encode(content)).hexdigest()[:16]


def load_draft(invitation: TenderInvitation, *, secret: str, variant: int = 0) -> BidContent | None:
    """Open the draft with the link it was written with; None without one, or with another link."""
    draft = find_draft(invitation, variant)
    if draft is None:
        return None
    try:
        return decode(open_with_secret(draft.sealed, secret=secret, purpose=purpose_of(invitation, variant)))
    except WrongPassphrase:
        return None


def purpose_of(invitation: TenderInvitation, variant: int = 0) -> str:
    """Return what a draft is bound to: it opens for its own tender and firm only."""
    return f"draft {invitation.tender_id} {invitation.id}{f' {variant}' if variant else ''}"


def shown_figures(version: TenderVersion, draft: BidContent, kind: str) -> dict[int, str]:
    """Return the prices or tax rates of a draft as German texts by the id of the position."""
    lines = {line.number: line for line in draft.lines}
    figures: dict[int, str] = {}
    for position in version.positions:
        line = lines.get(position.number)
        value = None if line is None else line.unit_price if kind == "price" else line.vat_percent
        figures[position.id] = ("19" if kind == "vat" else "") if value is None else german_number(value).replace(".", "")
    return figures
