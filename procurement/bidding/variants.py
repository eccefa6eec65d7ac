"""Variants (Nebenangebote): only where the documents admit them, so many as they say, each beside the main bid of its firm."""

from commons.errors import RuleBroken
from commons.words import counted, say
from procurement.models import TenderInvitation, TenderVersion
from procurement.queries.bids import find_own_bid, own_variants

MOST_VARIANTS = 99  # where the documents name no number


class VariantNotAdmitted(RuleBroken):
    """Variants are taken only where the documents admit them (§ 8 (4) VOL/A, § 35 VgV)."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Nebenangebote sind in diesen Unterlagen nicht zugelassen."))


class MainBidFirst(RuleBroken):
    """A variant stands beside a main bid, never alone."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Ein Nebenangebot setzt ein Hauptangebot voraus. Bitte geben Sie zuerst Ihr Hauptangebot ab."))


class TooManyVariants(RuleBroken):
    """The documents may say how many variants a firm hands in."""

    status = 409

    def __init__(self, most: int) -> None:
        one = say("Die Unterlagen lassen ein Nebenangebot je Firma zu.")
        super().__init__(counted(most, one, say("Die Unterlagen lassen %(count)s Nebenangebote je Firma zu.")))


def check_variant(invitation: TenderInvitation, version: TenderVersion, variant: int) -> None:
    """Refuse a variant that the documents do not admit, one too many, or one that stands without a main bid."""
    if not variant:
        return
    if not version.variants_admitted:
        raise VariantNotAdmitted
    if variant > (version.variants_max or MOST_VARIANTS):
        raise TooManyVariants(version.variants_max or MOST_VARIANTS)
    if find_own_bid(invitation) is None:
        raise MainBidFirst


def next_variant(invitation: TenderInvitation, version: TenderVersion) -> int | None:
    """Return the number of the next variant that a firm may hand in, None where there is none."""
    if not version.variants_admitted:
        return None
    taken = {bid.variant for bid in own_variants(invitation)}
    return next((number for number in range(1, (version.variants_max or MOST_VARIANTS) + 1) if number not in taken), None)
