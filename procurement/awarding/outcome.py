"""Turn a computed or a chosen award into lots with net prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from commons.errors import RuleBroken
from commons.money import cents, split
from commons.words import Message, counted, joined, say
from procurement.awarding.shares import Won, shares_of
from procurement.comparing import Field, Offer
from procurement.models import AwardDecision, AwardedLot, AwardRun, OpenedBid, Tender, TenderLot
from procurement.tender_stages import LotOutcome


@dataclass(frozen=True, kw_only=True)
class LotAward:
    """What becomes of one lot; `package` holds the numbers of the lots won together."""

    lot: TenderLot
    outcome: LotOutcome
    offer: Offer | None = None
    net: Decimal | None = None
    package: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Award:
    """The whole award in net prices with the delivery charges of each municipality."""

    lots: tuple[LotAward, ...]
    delivery: Mapping[int, Decimal]
    field: Field

    @property
    def won(self) -> list[Won]:
        """Return the lots that somebody wins."""
        return [Won(lot=one.lot, offer=one.offer, net=one.net) for one in self.lots if one.offer is not None and one.net is not None]

    @property
    def total(self) -> Decimal:
        """Return the net total with delivery."""
        return sum((one.net for one in self.won), Decimal(0)) + sum(self.delivery.values(), Decimal(0))

    @property
    def shares(self) -> dict[str, Decimal]:
        """Return what each municipality pays net, by its name."""
        names = {buyer.municipality_id: buyer.municipality.name for buyer in self.field.tender.buyers}
        return {names[key]: share + self.delivery.get(key, Decimal(0)) for key, share in shares_of(self.field, self.won).items()}


class DeviationNotAdmissible(RuleBroken):
    """Whoever deviates from the computed award stays within what was announced."""

    def __init__(self, faults: Sequence[Message]) -> None:
        super().__init__(joined(list(faults)), field="deviation_reason")
        self.faults = tuple(faults)


def award_of_run(field_: Field, run: AwardRun) -> Award:
    """Return the computed award in net prices."""
    result = run.result or {}
    given = {lot: award for award in result.get("awards", []) for lot in award["lots"]}
    nets = {lot: net for award in result.get("awards", []) for lot, net in _nets(field_, award).items()}
    lots = [_lot(field_, lot, given.get(lot.name), nets.get(lot.name)) for lot in field_.tender.lots]
    return Award(lots=tuple(lots), delivery=_delivery(field_, [(one["bidder"], one["place"]) for one in result.get("delivery", [])]), field=field_)


def _lot(field_: Field, lot: TenderLot, award: Mapping[str, object] | None, net: Decimal | None) -> LotAward:
    if award is None:
        return LotAward(lot=lot, outcome=without_award(field_, lot))
    offer = next(offer for offer in field_.of_lot(lot) if offer.opened.bidder == award["bidder"])
    names = award["lots"] if isinstance(award["lots"], list) else []
    package = tuple(other.number for other in field_.tender.lots if other.name in names) if len(names) > 1 else ()
    return LotAward(lot=lot, outcome=LotOutcome.AWARDED, offer=offer, net=net, package=package)


def without_award(field_: Field, lot: TenderLot) -> LotOutcome:
    """Tell why a lot is not awarded: nobody bid, or no bid counts."""
    return LotOutcome.UNSUCCESSFUL if field_.of_lot(lot) else LotOutcome.NO_BIDS


def _nets(field_: Field, award: Mapping[str, object]) -> dict[str, Decimal]:
    """Return the net price of each lot of an award; a package's price is dealt out by the single prices and sums again."""
    names = award["lots"] if isinstance(award["lots"], list) else []
    offers = {offer.lot_name: offer for offer in field_.offers if offer.opened.bidder == award["bidder"] and offer.lot_name in names}
    if len(names) == 1:
        return {names[0]: offers[names[0]].checked.net}
    net = _package_net(offers, names, Decimal(str(award["price"])))
    ordered = [offers[name] for name in names]
    return dict(zip(names, split(net, [offer.checked.net for offer in ordered]), strict=True))


def _package_net(offers: Mapping[str, Offer], names: Sequence[str], price: Decimal) -> Decimal:
    opened: OpenedBid = offers[names[0]].opened
    full, compared = sum((offer.checked.net for offer in offers.values()), Decimal(0)), sum((offer.compared for offer in offers.values()), Decimal(0))
    for package in opened.packages:
        if {f"Los {number}" for number in package.lots} != set(names):
            continue
        if package.price is not None and cents(Fraction(package.price) * Fraction(compared) / Fraction(full)) == price:
            return package.price
        if package.discount_percent is not None and compared - cents(compared * package.discount_percent / 100) == price:
            return full - cents(full * package.discount_percent / 100)
    return full


def _delivery(field_: Field, charged: Sequence[tuple[str, str]]) -> dict[int, Decimal]:
    ids = {buyer.municipality.name: buyer.municipality_id for buyer in field_.tender.buyers}
    charges = {speaker.bidder: speaker.delivery for speaker in map(field_.speaker_of, field_.bids)}
    totals: dict[int, Decimal] = {}
    for bidder, place in charged:
        key = ids[place]
        totals[key] = totals.get(key, Decimal(0)) + Decimal(charges[bidder].get(str(key), "0"))
    return totals


def award_of_choice(field_: Field, choices: Mapping[int, int | None]) -> Award:
    """Return an award that a person chose lot by lot; None closes a lot without award. What was announced still binds."""
    lots = [_chosen(field_, lot, choices.get(lot.id)) for lot in field_.tender.lots]
    award = Award(lots=tuple(lots), delivery=_delivery(field_, _charged(field_, lots)), field=field_)
    faults = _faults(field_, award)
    if faults:
        raise DeviationNotAdmissible(faults)
    return award


def award_of_decision(field_: Field, decision: AwardDecision) -> Award:
    """Return the award with the prices that a decision keeps."""
    rows = {row.tender_lot_id: row for row in decision.lots}
    lots = [_kept(field_, lot, rows[lot.id]) for lot in field_.tender.lots if lot.id in rows]
    return Award(lots=tuple(lots), delivery=_delivery(field_, _charged(field_, lots)), field=field_)


def _kept(field_: Field, lot: TenderLot, row: AwardedLot) -> LotAward:
    offer = next((one for one in field_.of_lot(lot) if one.opened.id == row.opened_bid_id), None)
    return LotAward(lot=lot, outcome=row.outcome, offer=offer, net=row.price, package=tuple(row.package or ()))


def _charged(field_: Field, lots: Sequence[LotAward]) -> list[tuple[str, str]]:
    return sorted({(field_.speaker_of(one.offer.opened).bidder, name) for one in lots if one.offer is not None for name in _places_of(field_, one)})


def _chosen(field_: Field, lot: TenderLot, opened_id: int | None) -> LotAward:
    if opened_id is None:
        outcome = LotOutcome.CANCELLED if any(not offer.is_excluded for offer in field_.of_lot(lot)) else without_award(field_, lot)
        return LotAward(lot=lot, outcome=outcome)
    offer = next((one for one in field_.of_lot(lot) if one.opened.id == opened_id), None)
    if offer is None or offer.is_excluded:
        raise DeviationNotAdmissible([say("Für %(lot)s liegt von diesem Bieter kein gewertetes Angebot vor.", lot=lot.name)])
    return LotAward(lot=lot, outcome=LotOutcome.AWARDED, offer=offer, net=offer.checked.net)


def _places_of(field_: Field, one: LotAward) -> list[str]:
    names = {buyer.municipality_id: buyer.municipality.name for buyer in field_.tender.buyers if buyer.withdrawn_at is None}
    delivery = field_.speaker_of(one.offer.opened).delivery if one.offer is not None else {}
    of_lot = [position for position in field_.version.positions if position.tender_lot_id == one.lot.id]
    reached = {int(key) for position in of_lot for key, share in position.shares.items() if Decimal(share) > 0}
    return [names[key] for key in sorted(reached) if key in names and str(key) in delivery]


def _faults(field_: Field, award: Award) -> list[Message]:
    version, won = field_.version, award.won
    firms = {speaker.bidder: speaker for speaker in map(field_.speaker_of, field_.bids)}
    counts = {name: sum(field_.speaker_of(one.offer.opened) is firm for one in won) for name, firm in firms.items()}
    faults = []
    if version.max_lots_per_bidder is not None and max(counts.values(), default=0) > version.max_lots_per_bidder:
        faults.append(
            counted(version.max_lots_per_bidder, say("Ein Bieter darf höchstens ein Los erhalten."), say("Ein Bieter darf höchstens %(count)s Lose erhalten."))
        )
    if version.max_bidders is not None and sum(count > 0 for count in counts.values()) > version.max_bidders:
        faults.append(counted(version.max_bidders, say("Höchstens ein Bieter darf Lose erhalten."), say("Höchstens %(count)s Bieter dürfen Lose erhalten.")))
    for name, firm in firms.items():
        total = sum((one.net for one in won if field_.speaker_of(one.offer.opened) is firm), Decimal(0))
        if counts[name] and firm.minimum_value is not None and total < firm.minimum_value:
            faults.append(say("Bieter „%(bidder)s“ nimmt keinen Auftrag unter %(amount)s € an.", bidder=name, amount=firm.minimum_value))
    return faults


def plain_lots(tender: Tender, award: Award) -> list[dict[str, object]]:
    """Return an award as plain data for the journal."""
    return [
        {"lot": one.lot.name, "outcome": one.outcome.value, "bidder": one.offer.opened.bidder if one.offer else None, "net": str(one.net) if one.net else None}
        for one in award.lots
        if one.lot.tender_id == tender.id
    ]
