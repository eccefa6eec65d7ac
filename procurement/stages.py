"""Every stage of procurement and the lawful steps between them, in one table a thing."""

from enum import StrEnum

from commons.errors import RuleBroken
from commons.stages import check_step
from commons.words import Message, say


class UploadStage(StrEnum):
    """Name how far the reading of a demand list is."""

    READING = "reading"
    SETTLING = "settling"
    TAKEN_OVER = "taken_over"
    DISCARDED = "discarded"
    UNREADABLE = "unreadable"


class RowKind(StrEnum):
    """Name what a row of a demand list turned out to be."""

    LINE = "line"
    FAULT = "fault"
    SKIPPED = "skipped"


class RequestStage(StrEnum):
    """Name how far a purchase request has come."""

    DRAFT = "draft"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    BUNDLED = "bundled"
    WITHDRAWN = "withdrawn"


class RoundStage(StrEnum):
    """Name how far a survey of demand is."""

    OPEN = "open"
    CLOSED = "closed"


class RoundAnswer(StrEnum):
    """Name what a municipality answered to a survey of demand."""

    MISSING = "missing"
    DEMAND = "demand"
    NO_DEMAND = "no_demand"


class BundleStage(StrEnum):
    """Name how far a bundle has come."""

    OPEN = "open"
    FROZEN = "frozen"
    DISSOLVED = "dissolved"


class HandoverStage(StrEnum):
    """Name how far the handover of a lead has come."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ProposalStage(StrEnum):
    """Name what a person decided on a proposal that two positions are the same article."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    OBSOLETE = "obsolete"


class ChangeKind(StrEnum):
    """Name what was done to the positions of a bundle."""

    MATCH = "match"
    MERGE = "merge"
    REFUSE = "refuse"
    SPLIT = "split"
    MOVE = "move"
    LOTS = "lots"
    MOVE_LOT = "move_lot"


class LotKind(StrEnum):
    """Name by what a lot is cut: by trade (Fachlos) or by region (Teillos)."""

    TRADE = "trade"
    REGION = "region"


class PairDecision(StrEnum):
    """Name what the association knows of two article texts."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


REQUEST_STAGE_NAMES: dict[RequestStage, Message] = {
    RequestStage.DRAFT: say("Entwurf"),
    RequestStage.RETURNED: say("zurückgegeben"),
    RequestStage.SUBMITTED: say("eingereicht"),
    RequestStage.APPROVED: say("genehmigt"),
    RequestStage.BUNDLED: say("gebündelt"),
    RequestStage.WITHDRAWN: say("zurückgezogen"),
}
BUNDLE_STAGE_NAMES: dict[BundleStage, Message] = {
    BundleStage.OPEN: say("in Arbeit"),
    BundleStage.FROZEN: say("festgeschrieben"),
    BundleStage.DISSOLVED: say("aufgelöst"),
}
UPLOAD_STAGE_NAMES: dict[UploadStage, Message] = {
    UploadStage.READING: say("wird gelesen"),
    UploadStage.SETTLING: say("zu klären"),
    UploadStage.TAKEN_OVER: say("übernommen"),
    UploadStage.DISCARDED: say("verworfen"),
    UploadStage.UNREADABLE: say("nicht lesbar"),
}
CHANGE_NAMES: dict[ChangeKind, Message] = {
    ChangeKind.MATCH: say("Abgleich übernommen"),
    ChangeKind.MERGE: say("Positionen zusammengeführt"),
    ChangeKind.REFUSE: say("Vorschlag abgelehnt"),
    ChangeKind.SPLIT: say("Zeilen herausgelöst"),
    ChangeKind.MOVE: say("Zeilen verschoben"),
    ChangeKind.LOTS: say("Lose vorgeschlagen"),
    ChangeKind.MOVE_LOT: say("Position in ein anderes Los verschoben"),
}
LOT_KIND_NAMES: dict[LotKind, Message] = {LotKind.TRADE: say("Fachlos"), LotKind.REGION: say("Teillos")}
HANDOVER_NAMES: dict[HandoverStage, tuple[Message, str]] = {
    HandoverStage.OFFERED: (say("angeboten"), "warning"),
    HandoverStage.ACCEPTED: (say("angenommen"), "success"),
    HandoverStage.DECLINED: (say("nicht angenommen"), "danger"),
    HandoverStage.WITHDRAWN: (say("zurückgenommen"), "info"),
}
ROUND_STAGE_NAMES: dict[RoundStage, Message] = {RoundStage.OPEN: say("läuft"), RoundStage.CLOSED: say("geschlossen")}
ROUND_ANSWER_NAMES: dict[RoundAnswer, Message] = {
    RoundAnswer.MISSING: say("keine Antwort"),
    RoundAnswer.DEMAND: say("Bedarf gemeldet"),
    RoundAnswer.NO_DEMAND: say("kein Bedarf"),
}

R = RequestStage
REQUEST_STEPS: dict[RequestStage, tuple[RequestStage, ...]] = {
    R.DRAFT: (R.SUBMITTED, R.WITHDRAWN),
    R.RETURNED: (R.SUBMITTED, R.WITHDRAWN),
    R.SUBMITTED: (R.APPROVED, R.RETURNED, R.WITHDRAWN),
    R.APPROVED: (R.BUNDLED, R.RETURNED, R.WITHDRAWN),
    R.BUNDLED: (R.APPROVED,),
    R.WITHDRAWN: (),
}
REQUEST_WAY: tuple[RequestStage, ...] = (R.DRAFT, R.SUBMITTED, R.APPROVED, R.BUNDLED)
# Lines change only while the request is in the hands of those who wrote it.
EDITABLE: frozenset[RequestStage] = frozenset({R.DRAFT, R.RETURNED})
# Whoever approves also names the budget account, so it may still be set then.
ACCOUNT_OPEN: frozenset[RequestStage] = EDITABLE | {R.SUBMITTED}

B = BundleStage
BUNDLE_STEPS: dict[BundleStage, tuple[BundleStage, ...]] = {B.OPEN: (B.FROZEN, B.DISSOLVED), B.FROZEN: (B.OPEN,), B.DISSOLVED: ()}

U = UploadStage
UPLOAD_STEPS: dict[UploadStage, tuple[UploadStage, ...]] = {
    U.READING: (U.SETTLING, U.UNREADABLE, U.DISCARDED),
    U.SETTLING: (U.READING, U.TAKEN_OVER, U.DISCARDED, U.UNREADABLE),
    U.TAKEN_OVER: (U.DISCARDED,),
    U.DISCARDED: (),
    U.UNREADABLE: (U.DISCARDED,),
}


class NotEditable(RuleBroken):
    """What was handed on is not changed any more."""

    status = 409

    def __init__(self, stage: Message) -> None:
        super().__init__(say("Der Vorgang hat den Stand „%(stage)s“ und wird nicht mehr geändert.", stage=stage))


def check_request_step(before: RequestStage, after: RequestStage) -> None:
    """Refuse a step of a request that the table does not hold."""
    check_step(before, after, steps=REQUEST_STEPS, names=REQUEST_STAGE_NAMES)


def check_bundle_step(before: BundleStage, after: BundleStage) -> None:
    """Refuse a step of a bundle that the table does not hold."""
    check_step(before, after, steps=BUNDLE_STEPS, names=BUNDLE_STAGE_NAMES)


def check_upload_step(before: UploadStage, after: UploadStage) -> None:
    """Refuse a step of an upload that the table does not hold."""
    check_step(before, after, steps=UPLOAD_STEPS, names=UPLOAD_STAGE_NAMES)


def check_editable(stage: RequestStage) -> None:
    """Refuse to change the lines of a request that was handed on."""
    if stage not in EDITABLE:
        raise NotEditable(REQUEST_STAGE_NAMES[stage])


def check_account_open(stage: RequestStage) -> None:
    """Refuse to change the budget account of a request that was approved."""
    if stage not in ACCOUNT_OPEN:
        raise NotEditable(REQUEST_STAGE_NAMES[stage])


def check_bundle_open(stage: BundleStage) -> None:
    """Refuse to change a frozen bundle: named buyers and quantities stay (EuGH C-216/17)."""
    if stage is not BundleStage.OPEN:
        raise NotEditable(BUNDLE_STAGE_NAMES[stage])
