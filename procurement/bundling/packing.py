"""Ask what packs a position would be bought in, pooled over all towns: a calculation that changes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from procurement.models import PurchaseRequestLine
from procurement.rules.packs import Pack, PackPlan, Scale, Wish, plan_binding, plan_flexible

MOST_PACKS = 8


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Say which packs count, how much more every town would gladly take, and whether less is fine too."""

    packs: Sequence[Pack]
    tolerance_percent: Decimal = Decimal(0)
    less_is_fine: bool = False


def packs_of(lines: Iterable[PurchaseRequestLine], asked: Mapping[int, Decimal]) -> list[Pack]:
    """Return the packs in which the towns have bought, each at the lowest last price, the largest first."""
    found: dict[Decimal, Pack] = {}
    for line in lines:
        content = _content(line, asked)
        price = line.price_net
        known = found.get(content)
        if known is None or (price is not None and (not known.scales or price < known.scales[0].price)):
            scales = (Scale(from_packs=1, price=price),) if price is not None else (known.scales if known else ())
            found[content] = Pack(name=known.name if known else line.unit_sent, content=content, scales=scales)
    return [found[content] for content in sorted(found, reverse=True)][:MOST_PACKS]


def _content(line: PurchaseRequestLine, asked: Mapping[int, Decimal]) -> Decimal:
    return (asked[line.id] / line.quantity_sent).quantize(Decimal("0.000001")).normalize() + Decimal(0)


def plan_packs(lines: Iterable[PurchaseRequestLine], asked: Mapping[int, Decimal], terms: Terms) -> PackPlan:
    """Choose packs for what all towns want together; `asked` is what each line wants in the unit of the position."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        town = line.request.municipality.name
        sums[town] = sums.get(town, Decimal(0)) + asked[line.id]
    step = step_of([*sums.values(), *(pack.content for pack in terms.packs)])
    wishes = {town: Wish(quantity=amount, tolerance=_whole(amount * terms.tolerance_percent / 100, step)) for town, amount in sorted(sums.items())}
    plan = plan_flexible if terms.less_is_fine else plan_binding
    return plan(terms.packs, wishes, step=step)


def _whole(amount: Decimal, step: Decimal) -> Decimal:
    return amount - amount % step


def step_of(amounts: Sequence[Decimal]) -> Decimal:
    """Return the smallest step in which these amounts can be dealt out: whole units, or the last decimal place in use."""
    places = max((max(0, -int(amount.normalize().as_tuple().exponent)) for amount in amounts), default=0)
    return Decimal(1).scaleb(-places)
