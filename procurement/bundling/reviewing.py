"""Decide what is the same article: confirm, refuse, merge, split, move and undo; the association remembers."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import product

from sqlalchemy import Select, select

from commons import clock
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import Message, counted, say
from procurement import catalogue
from procurement.bundling.gathering import write_down
from procurement.bundling.placing import Step, chosen, keep, lines_at, lock_open, new_position, places_of, put, settle
from procurement.bundling.ratios import Ratio, RatioMissing, check_amount, ratio_between
from procurement.models import Bundle, BundleChange, BundleLine, BundlePosition, MatchProposal, PurchaseRequestLine
from procurement.queries.bundles import get_position, get_proposal
from procurement.stages import ChangeKind, PairDecision, ProposalStage

MOST_PAIRS = 400


class AlreadyDecided(RuleBroken):
    """A proposal is decided once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Über diesen Vorschlag ist schon entschieden. Sie können die Entscheidung rückgängig machen."))


class ChangedSince(RuleBroken):
    """A step is undone only while nothing later has moved the same lines."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die betroffenen Zeilen wurden danach noch einmal geändert. Machen Sie zuerst die späteren Schritte rückgängig."))


class AlreadyUndone(RuleBroken):
    """A step is undone once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Dieser Schritt ist schon rückgängig gemacht."))


def confirm(bundle_id: int, proposal_id: int, *, amount: Decimal | None = None, by: Actor) -> BundleChange:
    """Confirm that two lines are the same article: their positions become one, all alike are decided with them.

    Where the positions are in two units, `amount` says how much of the one is in the other.
    """
    bundle = lock_open(bundle_id, by)
    proposal = _open_proposal(bundle, proposal_id)
    places = places_of(bundle)
    first, second = places[proposal.first_line_id], places[proposal.second_line_id]
    return _merge(bundle, first, second, pair=(proposal.first_line, proposal.second_line), amount=amount, by=by)


def merge(bundle_id: int, position_id: int, other_id: int, *, amount: Decimal | None = None, by: Actor) -> BundleChange:
    """Put two positions together that the matching did not find."""
    bundle = lock_open(bundle_id, by)
    first, second = get_position(bundle, position_id), get_position(bundle, other_id)
    lines, others = lines_at(bundle, first.id), lines_at(bundle, second.id)
    if first.id == second.id or not lines or not others:
        raise NotFound
    return _merge(bundle, first.id, second.id, pair=(lines[0], others[0]), amount=amount, by=by)


def _merge(
    bundle: Bundle, first_id: int, second_id: int, *, pair: tuple[PurchaseRequestLine, PurchaseRequestLine], amount: Decimal | None, by: Actor
) -> BundleChange:
    """The larger position keeps its name; the decision is remembered for the next round."""
    step = Step()
    ratio = _ratio_for(bundle, first_id, second_id, amount)
    kept, moved = _kept_and_moved(bundle, first_id, second_id, ratio)
    if ratio is not None and ratio.amount is not None:
        alike = [*pair, *(line for line in moved if line.base_unit == ratio.per_unit)]
        step.ratios = catalogue.keep_ratio(alike, unit=ratio.unit, per_unit=ratio.per_unit, amount=ratio.amount, by=by)
    if first_id != second_id:
        put(step, [line.id for line in moved], kept, ratio)
    settle(step, _proposals_inside(bundle, kept.id), ProposalStage.CONFIRMED, by=by)
    step.pairs = catalogue.remember([pair], PairDecision.CONFIRMED, by=by)
    return keep(bundle, ChangeKind.MERGE, step, _same_words(pair, ratio), by=by)


def _same_words(pair: tuple[PurchaseRequestLine, PurchaseRequestLine], ratio: Ratio | None) -> Message:
    same = say("„%(first)s“ und „%(second)s“ sind derselbe Artikel.", first=pair[0].text, second=pair[1].text)
    if ratio is None or ratio.amount is None:
        return same
    return say("%(same)s 1 %(per)s = %(amount)s %(unit)s.", same=same, per=ratio.per_name, amount=ratio.amount, unit=ratio.unit_name)


def _ratio_for(bundle: Bundle, first_id: int, second_id: int, amount: Decimal | None) -> Ratio | None:
    """Return the ratio that two positions need, as said now or known from before; None where both are in one unit."""
    first, second = get_position(bundle, first_id), get_position(bundle, second_id)
    if first.base_unit == second.base_unit:
        return None
    lines = [*lines_at(bundle, first_id), *lines_at(bundle, second_id)]
    ratio = ratio_between(lines, first.base_unit, second.base_unit)
    if amount is not None:
        check_amount(amount)
        return replace(ratio, amount=amount)
    if ratio.amount is None:
        raise RatioMissing(ratio)
    return ratio


def ratios_of(bundle: Bundle, proposals: Iterable[MatchProposal]) -> dict[int, Ratio]:
    """Return by proposal which ratio it needs, for those whose positions are in two units."""
    asked = list(proposals)
    ids = {line_id for proposal in asked for line_id in (proposal.first_line_id, proposal.second_line_id)}
    query = select(BundleLine.line_id, BundlePosition.base_unit).join(BundlePosition, BundlePosition.id == BundleLine.position_id)
    units = {row[0]: row[1] for row in db.session.execute(query.where(BundleLine.bundle_id == bundle.id, BundleLine.line_id.in_(ids)))}
    found: dict[int, Ratio] = {}
    for proposal in asked:
        first, second = units[proposal.first_line_id], units[proposal.second_line_id]
        if first != second:
            found[proposal.id] = ratio_between([proposal.first_line, proposal.second_line], first, second)
    return found


def _kept_and_moved(bundle: Bundle, first_id: int, second_id: int, ratio: Ratio | None) -> tuple[BundlePosition, list[PurchaseRequestLine]]:
    """The larger position keeps its name; of two units the one that the ratio leads to is kept, for only that way is exact."""
    first, second = lines_at(bundle, first_id), lines_at(bundle, second_id)
    keeps_first = len(first) >= len(second) if ratio is None else get_position(bundle, first_id).base_unit == ratio.unit
    return (get_position(bundle, first_id), second) if keeps_first else (get_position(bundle, second_id), first)


def _proposals_inside(bundle: Bundle, position_id: int) -> list[MatchProposal]:
    inside = select(BundleLine.line_id).where(BundleLine.position_id == position_id)
    query = _open_of(bundle).where(MatchProposal.first_line_id.in_(inside), MatchProposal.second_line_id.in_(inside))
    return list(db.session.scalars(query))


def _open_of(bundle: Bundle) -> Select[MatchProposal]:
    return select(MatchProposal).where(MatchProposal.bundle_id == bundle.id, MatchProposal.stage == ProposalStage.OPEN).order_by(MatchProposal.id)


def refuse(bundle_id: int, proposal_id: int, *, by: Actor) -> BundleChange:
    """Say that two lines are different articles; every proposal between their positions is decided with it."""
    bundle = lock_open(bundle_id, by)
    proposal = _open_proposal(bundle, proposal_id)
    places, step = places_of(bundle), Step()
    between = {places[proposal.first_line_id], places[proposal.second_line_id]}
    alike = [other for other in db.session.scalars(_open_of(bundle)) if {places[other.first_line_id], places[other.second_line_id]} == between]
    settle(step, alike, ProposalStage.REFUSED, by=by)
    step.pairs = catalogue.remember([(other.first_line, other.second_line) for other in alike], PairDecision.REFUSED, by=by)
    text = say("„%(first)s“ und „%(second)s“ sind verschiedene Artikel.", first=proposal.first_line.text, second=proposal.second_line.text)
    return keep(bundle, ChangeKind.REFUSE, step, text, by=by)


def _open_proposal(bundle: Bundle, proposal_id: int) -> MatchProposal:
    proposal = get_proposal(bundle, proposal_id)
    if proposal.stage is not ProposalStage.OPEN:
        raise AlreadyDecided
    return proposal


def split(bundle_id: int, position_id: int, line_ids: list[int], *, by: Actor) -> BundleChange:
    """Take lines out of a position into a new one; the association remembers that they differ."""
    bundle = lock_open(bundle_id, by)
    position, step = get_position(bundle, position_id), Step()
    out, rest = chosen(bundle, position.id, line_ids, say("Bitte wählen Sie die Zeilen, die nicht dazugehören."))
    if not rest:
        raise RuleBroken(say("Bitte lassen Sie mindestens eine Zeile in der Position."), field="line_ids")
    made = new_position(bundle, out[0])
    made.cpv, made.lot_id = position.cpv, position.lot_id
    if len({line.base_unit for line in out}) > 1:
        made.base_unit = position.base_unit
    put(step, [line.id for line in out], made)
    step.pairs = catalogue.remember(list(product(out, rest))[:MOST_PAIRS], PairDecision.REFUSED, by=by)
    text = counted(
        len(out),
        say("%(count)s Zeile aus „%(title)s“ herausgelöst.", title=position.title),
        say("%(count)s Zeilen aus „%(title)s“ herausgelöst.", title=position.title),
    )
    return keep(bundle, ChangeKind.SPLIT, step, text, by=by)


def move(bundle_id: int, position_id: int, line_ids: list[int], *, target_id: int, by: Actor) -> BundleChange:
    """Move lines from one position to another; the association remembers where they belong."""
    bundle = lock_open(bundle_id, by)
    position, target, step = get_position(bundle, position_id), get_position(bundle, target_id), Step()
    out, rest = chosen(bundle, position.id, line_ids, say("Bitte wählen Sie die Zeilen, die Sie verschieben möchten."))
    others = lines_at(bundle, target.id)
    if not others or target.id == position.id:
        raise NotFound
    put(step, [line.id for line in out], target)
    step.pairs = catalogue.remember(list(product(out, rest))[:MOST_PAIRS], PairDecision.REFUSED, by=by)
    step.pairs |= catalogue.remember([(line, others[0]) for line in out], PairDecision.CONFIRMED, by=by)
    settle(step, _proposals_inside(bundle, target.id), ProposalStage.CONFIRMED, by=by)
    text = counted(
        len(out),
        say("%(count)s Zeile nach „%(title)s“ verschoben.", title=target.title),
        say("%(count)s Zeilen nach „%(title)s“ verschoben.", title=target.title),
    )
    return keep(bundle, ChangeKind.MOVE, step, text, by=by)


def undo(bundle_id: int, change_id: int, *, by: Actor) -> BundleChange:
    """Take a step back: lines, quantities, lots, proposals and knowledge are as before, the log keeps both steps."""
    bundle = lock_open(bundle_id, by)
    change = db.session.get(BundleChange, change_id)
    if change is None or change.bundle_id != bundle.id:
        raise NotFound
    if change.undone_at is not None:
        raise AlreadyUndone
    _restore_places(bundle, change)
    _restore_lots(bundle, change)
    _restore_proposals(change)
    catalogue.take_back(change.before["pairs"], by=by)
    catalogue.take_ratios_back(change.before.get("ratios", {}), by=by)
    change.undone_at, change.undone_by_id = clock.now(), by.person_id
    db.session.flush()
    db.session.expire_all()
    write_down("bundle.undone", bundle, by=by, before={"change": change.id}, after={"places": change.before["places"]})
    return change


def _restore_places(bundle: Bundle, change: BundleChange) -> None:
    now, then = places_of(bundle), change.after["places"]
    if any(now.get(int(line_id)) != position_id for line_id, position_id in then.items()):
        raise ChangedSince
    ids, amounts = [int(line_id) for line_id in then], change.before.get("amounts", {})
    for start in range(0, len(ids), 500):
        for row in db.session.scalars(select(BundleLine).where(BundleLine.line_id.in_(ids[start : start + 500]))):
            row.position_id = change.before["places"][str(row.line_id)]
            if str(row.line_id) in amounts:
                row.converted = None if amounts[str(row.line_id)] is None else Decimal(amounts[str(row.line_id)])


def _restore_lots(bundle: Bundle, change: BundleChange) -> None:
    for position_id, lot_id in change.after["lots"].items():
        position = get_position(bundle, int(position_id))
        if position.lot_id != lot_id:
            raise ChangedSince
        position.lot_id = change.before["lots"][position_id]


def _restore_proposals(change: BundleChange) -> None:
    for proposal_id, stage in change.before["proposals"].items():
        proposal = db.session.get(MatchProposal, int(proposal_id))
        if proposal is not None:
            proposal.stage, proposal.decided_at, proposal.decided_by_id = ProposalStage(stage), None, None
