"""Changes after publication and after the award: essential or not, and how much they are in sum; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from commons.words import Message, german_number, say
from procurement.rules.procedure import Proposal


@dataclass(frozen=True, kw_only=True)
class Modification:
    """All changes of a contract together against its original value."""

    share_percent: Decimal
    is_flagged: bool
    text: Message


def modification(original: Decimal, changes: Sequence[Decimal], *, most_percent: Decimal) -> Modification:
    """Add up the changes by their size, up or down alike, and flag more than the share (§ 132 (3) GWB)."""
    changed = sum((abs(change) for change in changes), Decimal(0))
    is_flagged = changed * 100 > original * most_percent
    share = (changed * 100 / original).quantize(Decimal("0.1")) if original else Decimal(100)
    text = say(
        "Die Änderungen betragen zusammen %(changed)s € (%(share)s %% von %(original)s €); ohne neues Verfahren zulässig sind höchstens %(most)s %%.",
        changed=german_number(changed, 2),
        share=share,
        original=german_number(original, 2),
        most=most_percent,
    )
    return Modification(share_percent=share, is_flagged=is_flagged, text=text)


def stops_publication(published: Proposal, recomputed: Proposal) -> Message | None:
    """Return why a changed value stops the publication: a heavier procedure is due; None where all stays as it was."""
    if recomputed.procedure is published.procedure:
        return None
    return say(
        "Mit %(net)s € ist statt „%(old)s“ jetzt „%(new)s“ das richtige Verfahren. Bitte entscheiden Sie neu, bevor Sie veröffentlichen.",
        net=german_number(recomputed.net, 2),
        old=published.name,
        new=recomputed.name,
    )
