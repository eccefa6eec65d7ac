"""What findings, outcomes and letters are called on pages, and the words that all pages after the opening share."""

from decimal import Decimal

from commons.access import current_actor
from commons.permissions import Permission
from commons.words import Message, from_data, say
from procurement.models import BidFinding
from procurement.queries.evaluation import is_settled
from procurement.rules.bid_check import Weight
from procurement.rules.scoring import TieStep
from procurement.tender_stages import FindingOutcome, FindingStage, LotOutcome, TenderStage

FINDING_STAGE_NAMES: dict[FindingStage, Message] = {
    FindingStage.FORMAL: say("1. Form"),
    FindingStage.SUITABILITY: say("2. Eignung"),
    FindingStage.PRICE: say("3. Preis"),
    FindingStage.ECONOMY: say("4. Wirtschaftlichkeit"),
}
OUTCOME_NAMES: dict[FindingOutcome, Message] = {
    FindingOutcome.OPEN: say("offen"),
    FindingOutcome.NOTED: say("vermerkt"),
    FindingOutcome.CLEARED: say("ausgeräumt"),
    FindingOutcome.EXCLUDED: say("ausgeschlossen"),
}
WEIGHT_NAMES: dict[Weight, Message] = {
    Weight.EXCLUDE: say("Das Gesetz sieht den Ausschluss vor"),
    Weight.ASK: say("Aufklären"),
    Weight.NOTE: say("Vermerk"),
}
TIE_STEP_NAMES: dict[str, Message] = {
    TieStep.LOWER_PRICE.value: say("niedrigerer Preis"),
    TieStep.BETTER_QUALITY.value: say("bessere Leistung"),
    TieStep.DRAW.value: say("Los"),
}
LOT_OUTCOME_NAMES: dict[LotOutcome, Message] = {
    LotOutcome.AWARDED: say("Zuschlag"),
    LotOutcome.NO_BIDS: say("kein Angebot"),
    LotOutcome.UNSUCCESSFUL: say("kein wertbares Angebot"),
    LotOutcome.CANCELLED: say("aufgehoben"),
}


def finding_badge(finding: BidFinding) -> tuple[Message, str]:
    """Return how a finding stands, and the kind of badge that says it."""
    if is_settled(finding):
        kind = "danger" if finding.outcome is FindingOutcome.EXCLUDED else "success"
        return OUTCOME_NAMES[finding.outcome], "info" if finding.weight is Weight.NOTE else kind
    if finding.decided_by_id is not None:
        return say("%(outcome)s, zweite Person fehlt", outcome=OUTCOME_NAMES[finding.outcome]), "warning"
    return say("zu entscheiden"), "warning"


def words_after_opening() -> dict[str, object]:
    """Return the words that the pages of evaluation and award share."""
    return {"may": current_actor.may, "P": Permission, "me": current_actor.person_id, "stages": TenderStage, "said_of": from_data, "exact": Decimal}
