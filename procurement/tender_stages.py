"""Every stage from the tender to the award and the lawful steps between them, in one table a thing."""

from enum import StrEnum

from commons.stages import check_step
from commons.words import Message, say
from procurement.stages import NotEditable


class TenderStage(StrEnum):
    """Name how far a procurement has come."""

    DRAFT = "draft"
    PUBLISHED = "published"
    OPENED = "opened"
    EVALUATED = "evaluated"
    AWARDED = "awarded"
    CANCELLED = "cancelled"


class BidChannel(StrEnum):
    """Name how a bid came in."""

    WEB = "web"
    SHEET = "sheet"
    SEALED_BEFORE = "sealed_before"  # sealed by the bidder's own program
    PAPER = "paper"  # registered unopened
    QUOTE = "quote"  # an open quote of a negotiated award


class BidStage(StrEnum):
    """Name what became of a bid."""

    HANDED_IN = "handed_in"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    TAMPERED = "tampered"
    UNOPENED = "unopened"  # late: recorded, excluded and left sealed


class SessionPurpose(StrEnum):
    """Name what two officers do together."""

    REHEARSAL = "rehearsal"
    OPENING = "opening"
    REWRAP = "rewrap"


class FindingStage(StrEnum):
    """Name the four stages of the evaluation (Anlage 1 SächsVergabeG)."""

    FORMAL = "formal"
    SUITABILITY = "suitability"
    PRICE = "price"
    ECONOMY = "economy"


class FindingOutcome(StrEnum):
    """Name what people decided on a finding."""

    OPEN = "open"
    NOTED = "noted"
    CLEARED = "cleared"
    EXCLUDED = "excluded"


class LateOutcome(StrEnum):
    """Name what two people decided on a bid that came late."""

    ADMITTED = "admitted"  # the bidder does not answer for the delay (§ 57 (1) no. 1 VgV, § 16 (3) e VOL/A)
    EXCLUDED = "excluded"


class LotOutcome(StrEnum):
    """Name what became of a lot."""

    AWARDED = "awarded"
    NO_BIDS = "no_bids"
    UNSUCCESSFUL = "unsuccessful"
    CANCELLED = "cancelled"


class LetterKind(StrEnum):
    """Name the letters after the evaluation."""

    CLARIFICATION = "clarification"
    INFORMATION = "information"
    AWARD = "award"
    REJECTION = "rejection"
    CANCELLATION = "cancellation"


TENDER_STAGE_NAMES: dict[TenderStage, Message] = {
    TenderStage.DRAFT: say("in Vorbereitung"),
    TenderStage.PUBLISHED: say("Angebotsfrist läuft"),
    TenderStage.OPENED: say("geöffnet"),
    TenderStage.EVALUATED: say("gewertet"),
    TenderStage.AWARDED: say("Zuschlag erteilt"),
    TenderStage.CANCELLED: say("aufgehoben"),
}
BID_STAGE_NAMES: dict[BidStage, Message] = {
    BidStage.HANDED_IN: say("abgegeben"),
    BidStage.REPLACED: say("ersetzt"),
    BidStage.WITHDRAWN: say("zurückgezogen"),
    BidStage.OPENED: say("geöffnet"),
    BidStage.TAMPERED: say("Umschlag nicht lesbar"),
    BidStage.UNOPENED: say("verspätet, ausgeschlossen"),
}
LATE_OUTCOME_NAMES: dict[LateOutcome, Message] = {
    LateOutcome.ADMITTED: say("zugelassen"),
    LateOutcome.EXCLUDED: say("ausgeschlossen"),
}
LETTER_NAMES: dict[LetterKind, Message] = {
    LetterKind.CLARIFICATION: say("Aufklärung"),
    LetterKind.INFORMATION: say("Information vor dem Zuschlag"),
    LetterKind.AWARD: say("Zuschlagsschreiben"),
    LetterKind.REJECTION: say("Absage"),
    LetterKind.CANCELLATION: say("Aufhebung"),
}
BID_CHANNEL_NAMES: dict[BidChannel, Message] = {
    BidChannel.WEB: say("Formular"),
    BidChannel.SHEET: say("Preisblatt"),
    BidChannel.SEALED_BEFORE: say("selbst versiegelt"),
    BidChannel.PAPER: say("Papier"),
    BidChannel.QUOTE: say("Angebot ohne Versiegelung"),
}

T = TenderStage
TENDER_STEPS: dict[TenderStage, tuple[TenderStage, ...]] = {
    T.DRAFT: (T.PUBLISHED, T.AWARDED, T.CANCELLED),  # a direct purchase goes from the form to the order
    T.PUBLISHED: (T.OPENED, T.CANCELLED),
    T.OPENED: (T.EVALUATED, T.CANCELLED),
    T.EVALUATED: (T.OPENED, T.AWARDED, T.CANCELLED),
    T.AWARDED: (),
    T.CANCELLED: (),
}
DIRECT_WAY: tuple[TenderStage, ...] = (T.DRAFT, T.AWARDED)
TENDER_WAY: tuple[TenderStage, ...] = (T.DRAFT, T.PUBLISHED, T.OPENED, T.EVALUATED, T.AWARDED)

B = BidStage
BID_STEPS: dict[BidStage, tuple[BidStage, ...]] = {
    B.HANDED_IN: (B.REPLACED, B.WITHDRAWN, B.OPENED, B.TAMPERED, B.UNOPENED),
    B.REPLACED: (),
    B.WITHDRAWN: (),
    B.OPENED: (),
    B.TAMPERED: (),
    B.UNOPENED: (B.OPENED, B.TAMPERED),  # only where two people admitted it
}


def check_tender_step(before: TenderStage, after: TenderStage) -> None:
    """Refuse a step of a tender that the table does not hold."""
    check_step(before, after, steps=TENDER_STEPS, names=TENDER_STAGE_NAMES)


def check_bid_step(before: BidStage, after: BidStage) -> None:
    """Refuse a step of a bid that the table does not hold."""
    check_step(before, after, steps=BID_STEPS, names=BID_STAGE_NAMES)


def check_in_preparation(stage: TenderStage) -> None:
    """Refuse to change what was published: later changes are new versions."""
    if stage is not TenderStage.DRAFT:
        raise NotEditable(TENDER_STAGE_NAMES[stage])


def check_running(stage: TenderStage) -> None:
    """Refuse what is only possible while bids are awaited."""
    if stage is not TenderStage.PUBLISHED:
        raise NotEditable(TENDER_STAGE_NAMES[stage])
