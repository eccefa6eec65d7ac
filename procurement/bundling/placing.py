"""Move lines between positions, and back: every step keeps the places before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from commons import clock
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import Message, as_data
from procurement.bundling.gathering import write_down
from procurement.bundling.ratios import Ratio, converted
from procurement.models import Bundle, BundleChange, BundleLine, BundlePosition, MatchProposal, PurchaseRequestLine
from procurement.queries.bundles import get_position, lock_bundle
from procurement.stages import ChangeKind, ProposalStage, check_bundle_open


class NothingChosen(RuleBroken):
    """Whoever splits or moves says what."""

    def __init__(self, message: Message) -> None:
        super().__init__(message, field="line_ids")


@dataclass(kw_only=True)
class Step:
    """Collect what one step changes: places and converted quantities of lines, stages of proposals, lots of positions, knowledge."""

    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    proposals: dict[int, tuple[str, str]] = field(default_factory=dict)
    lots: dict[int, tuple[int | None, int | None]] = field(default_factory=dict)
    pairs: dict[str, str | None] = field(default_factory=dict)
    ratios: dict[str, str | None] = field(default_factory=dict)
    amounts: dict[int, tuple[str | None, str | None]] = field(default_factory=dict)

    def before(self) -> dict[str, Any]:
        """Return the state that an undo restores."""
        return {
            "places": {str(key): pair[0] for key, pair in self.places.items()},
            "proposals": {str(key): pair[0] for key, pair in self.proposals.items()},
            "lots": {str(key): pair[0] for key, pair in self.lots.items()},
            "pairs": self.pairs,
            "ratios": self.ratios,
            "amounts": {str(key): pair[0] for key, pair in self.amounts.items()},
        }

    def after(self) -> dict[str, Any]:
        """Return the state that must still hold when the step is undone."""
        return {
            "places": {str(key): pair[1] for key, pair in self.places.items()},
            "proposals": {str(key): pair[1] for key, pair in self.proposals.items()},
            "lots": {str(key): pair[1] for key, pair in self.lots.items()},
        }


def lock_open(bundle_id: int, by: Actor) -> Bundle:
    """Return a bundle that may still be changed."""
    bundle = lock_bundle(bundle_id, by)
    check_bundle_open(bundle.stage)
    return bundle


def places_of(bundle: Bundle) -> dict[int, int]:
    """Return in which position each line stands."""
    rows = db.session.execute(select(BundleLine.line_id, BundleLine.position_id).where(BundleLine.bundle_id == bundle.id).order_by(BundleLine.line_id))
    return {row[0]: row[1] for row in rows}


def put(
    step: Step, line_ids: Iterable[int], position: BundlePosition, ratio: Ratio | None = None, *, settled: Mapping[int, Decimal] = MappingProxyType({})
) -> None:
    """Put lines into a position; what is asked for in another unit is converted by the article's ratio, and refused where there is none.

    `settled` are the amounts of lines that count in the unit of the position by their other reading.
    """
    ids = sorted(line_ids)
    lines = list(db.session.scalars(select(PurchaseRequestLine).where(PurchaseRequestLine.id.in_(set(ids) - settled.keys()))))
    amounts = converted(lines, position.base_unit, ratio) | dict(settled)
    for row in db.session.scalars(
        select(BundleLine).where(BundleLine.line_id.in_(ids), BundleLine.bundle_id == position.bundle_id).order_by(BundleLine.line_id)
    ):
        if row.position_id != position.id:
            step.places[row.line_id] = (step.places.get(row.line_id, (row.position_id, 0))[0], position.id)
            row.position_id = position.id
            _convert(step, row, amounts[row.line_id])
    db.session.flush()


def _convert(step: Step, row: BundleLine, amount: Decimal | None) -> None:
    if row.converted != amount:
        step.amounts[row.line_id] = (_text(row.converted), _text(amount))
        row.converted = amount


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def lines_at(bundle: Bundle, position_id: int) -> list[PurchaseRequestLine]:
    """Return all lines of a position."""
    query = select(PurchaseRequestLine).join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id)
    return list(db.session.scalars(query.where(BundleLine.bundle_id == bundle.id, BundleLine.position_id == position_id).order_by(PurchaseRequestLine.id)))


def chosen(bundle: Bundle, position_id: int, line_ids: list[int], message: Message) -> tuple[list[PurchaseRequestLine], list[PurchaseRequestLine]]:
    """Return the chosen lines of a position and the others; refuse an empty choice and foreign lines."""
    lines = lines_at(bundle, position_id)
    if not set(line_ids) <= {line.id for line in lines}:
        raise NotFound
    if not line_ids:
        raise NothingChosen(message)
    return [line for line in lines if line.id in line_ids], [line for line in lines if line.id not in line_ids]


def settle(step: Step, proposals: Iterable[MatchProposal], stage: ProposalStage, *, by: Actor) -> None:
    """Decide on proposals."""
    for proposal in proposals:
        step.proposals[proposal.id] = (proposal.stage.value, stage.value)
        proposal.stage, proposal.decided_at, proposal.decided_by_id = stage, clock.now(), by.person_id
    db.session.flush()


def keep(bundle: Bundle, kind: ChangeKind, step: Step, text: Message, *, by: Actor) -> BundleChange:
    """Keep a step, so that it can be undone, and record it."""
    change = BundleChange(bundle_id=bundle.id, kind=kind, before=step.before(), after=step.after(), text=as_data(text), made_by_id=by.person_id)
    db.session.add(change)
    db.session.flush()
    db.session.expire_all()
    write_down(f"bundle.{kind.value}", bundle, by=by, before=_short(change.before), after=_short(change.after) | {"change": change.id})
    return change


def _short(state: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in state.items() if value and key in {"places", "lots"}}


def new_position(bundle: Bundle, line: PurchaseRequestLine) -> BundlePosition:
    """Make a position that is named after a line."""
    position = BundlePosition(bundle_id=bundle.id, number=0, title=line.text, base_unit=line.base_unit, article_id=line.article_id)
    db.session.add(position)
    db.session.flush()
    return position


def rename(bundle_id: int, position_id: int, *, title: str, cpv: str | None, by: Actor) -> BundlePosition:
    """Give a position the words under which it stands in the bill of quantities."""
    bundle = lock_open(bundle_id, by)
    position = get_position(bundle, position_id)
    if not title.strip():
        raise RuleBroken(_NAME_MISSING, field="title")
    before = {"title": position.title, "cpv": position.cpv}
    position.title, position.cpv = title.strip(), cpv or None
    write_down("bundle.position_renamed", bundle, by=by, before=before, after={"position": position.id, "title": position.title, "cpv": position.cpv})
    return position


_NAME_MISSING = Message("Bitte geben Sie der Position einen Namen.")
