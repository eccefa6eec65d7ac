"""Lots of similar goods count together; small lots may leave the EU regime; and what looks like splitting is shown; pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commons.errors import RuleBroken
from commons.words import Message, german_number, say
from procurement.rules.procedure import Kind
from procurement.rules.procedure_values import RuleRow, RuleVersion, get_row


@dataclass(frozen=True, kw_only=True)
class SmallLot:
    """One lot: is it below the amount, does it still fit into the share, is it exempted already."""

    lot: str
    net: Decimal
    is_small: bool
    is_offered: bool
    is_exempted: bool


@dataclass(frozen=True, kw_only=True)
class SmallLots:
    """All lots with the sum of the exempted ones and the most that it may be (§ 3 (9) VgV)."""

    lots: tuple[SmallLot, ...]
    exempted: Decimal
    most: Decimal
    text: Message
    version: RuleVersion


class NotSmall(RuleBroken):
    """Only a lot below the amount, within the share of all lots, may leave the EU regime."""


def small_lots(by_lot: Mapping[str, Decimal], *, exempted: Collection[str] = (), kind: Kind, day: date, rows: Sequence[RuleRow]) -> SmallLots:
    """Offer the exemption lot by lot: the lot is below the amount, and with those exempted already it stays within the share of all lots."""
    amount = get_row(rows, "eu", "small_lot_max", day, kind)
    share = get_row(rows, "eu", "small_lot_share_max", day)
    most = sum(by_lot.values(), Decimal(0)) * (share.number or Decimal(0)) / 100
    taken = sum((by_lot[lot] for lot in exempted), Decimal(0))
    lots = tuple(
        SmallLot(
            lot=lot,
            net=net,
            is_small=amount.holds(net),
            is_offered=lot not in exempted and amount.holds(net) and taken + net <= most,
            is_exempted=lot in exempted,
        )
        for lot, net in by_lot.items()
    )
    text = say(
        "Ausgenommen sind Lose für zusammen %(taken)s €; höchstens %(most)s € dürfen es sein (%(share)s %% von %(total)s €), jedes Los %(amount)s.",
        taken=german_number(taken, 2),
        most=german_number(most, 2),
        share=share.number,
        total=german_number(sum(by_lot.values(), Decimal(0)), 2),
        amount=amount.shown(),
    )
    return SmallLots(lots=lots, exempted=taken, most=most, text=text, version=RuleVersion(day=day, rows=(amount, share)))


def check_exempted(found: SmallLots) -> None:
    """Refuse exemptions that break either condition; both are needed."""
    for lot in found.lots:
        if lot.is_exempted and not lot.is_small:
            raise NotSmall(say("Los „%(lot)s“ ist mit %(net)s € zu groß für die Ausnahme.", lot=lot.lot, net=german_number(lot.net, 2)), field="exempted")
    if found.exempted > found.most:
        raise NotSmall(found.text, field="exempted")


@dataclass(frozen=True, kw_only=True)
class Planned:
    """Another procurement beside this one: its goods, its value and when it begins."""

    name: str
    goods: str
    net: Decimal
    begins_on: date


@dataclass(frozen=True, kw_only=True)
class Beside:
    """What stands beside a procurement: similar goods within a year, everything together, and the limits that only the sum reaches."""

    similar: tuple[Planned, ...]
    similar_net: Decimal
    everything_net: Decimal
    flags: tuple[Message, ...]


def beside(own: Planned, others: Sequence[Planned], *, limits: Sequence[RuleRow], days: int = 365) -> Beside:
    """Set a procurement beside the others; flag each limit that it stays below alone and reaches together with similar goods."""
    near = [other for other in others if other.name != own.name and abs((other.begins_on - own.begins_on).days) <= days]
    similar = tuple(other for other in near if other.goods == own.goods)
    together = own.net + sum((other.net for other in similar), Decimal(0))
    everything = own.net + sum((other.net for other in near), Decimal(0))
    known = [row for row in limits if row.number is not None]
    split = [_flag(own, similar, together, row) for row in known if row.holds(own.net) != row.holds(together)]
    whole = [whole_flag(everything, row) for row in known if row.key == "eu_threshold" and row.holds(everything) and not row.holds(together)]
    return Beside(similar=similar, similar_net=together, everything_net=everything, flags=(*split, *whole))


def whole_flag(everything: Decimal, row: RuleRow) -> Message:
    """Say that everything together reaches the EU threshold: only similar goods count together, but the grouping has to carry that."""
    return say(
        "Alle Beschaffungen zusammen (%(sum)s €) erreichen den EU-Schwellenwert: %(row)s. Zusammengezählt werden nur gleichartige Waren; "
        "bitte prüfen Sie, ob die Aufteilung das trägt, und begründen Sie sie.",
        sum=german_number(everything, 2),
        row=row.shown(),
    )


def _flag(own: Planned, similar: Sequence[Planned], together: Decimal, row: RuleRow) -> Message:
    return say(
        "„%(name)s“ bleibt allein unter einer Grenze, zusammen mit gleichartigen Beschaffungen (%(others)s) sind es %(sum)s €. Grenze: %(row)s. "
        "Bitte prüfen Sie, ob ein Auftrag geteilt wird.",
        name=own.name,
        others=", ".join(other.name for other in similar),
        sum=german_number(together, 2),
        row=row.shown(),
    )
