"""Let the matching propose what is the same article; what a person has placed stays where it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from commons import clock, jobs
from commons.database import db, write
from commons.errors import NotFound
from commons.jobs import Progress
from commons.people import Actor, find_actor
from commons.words import Message, as_data, say
from procurement import catalogue
from procurement.bundling.gathering import write_down
from procurement.bundling.placing import Step, keep, lock_open, places_of, put, settle
from procurement.models import Bundle, BundleChange, BundleLine, BundlePosition, MatchProposal, PurchaseRequestLine
from procurement.queries.bundles import get_led_bundle
from procurement.rules import matching
from procurement.rules.demand import DemandLine, RowRef
from procurement.rules.matching import Cluster, Matched, Remembered
from procurement.stages import ChangeKind, PairDecision, ProposalStage

# More lines than this are matched in the background.
LONG_LINES = 1_500
JOB = "procurement.match_bundle"
BY_HAND = frozenset({ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.MOVE})
LONGEST_TITLE = 140


def start_matching(bundle_id: int, *, by: Actor) -> Bundle:
    """Ask the worker to match a large bundle."""
    bundle = lock_open(bundle_id, by)
    arguments = {"bundle_id": bundle.id, "person_id": by.person_id, "organisation_id": by.organisation_id}
    bundle.job_id = jobs.start(JOB, arguments=arguments, by=by).id
    write_down("bundle.matching_started", bundle, by=by)
    return bundle


def count_lines(bundle: Bundle) -> int:
    """Return how many lines a bundle holds."""
    return db.session.scalar(select(func.count()).where(BundleLine.bundle_id == bundle.id)) or 0


def match_bundle(bundle_id: int, *, by: Actor, progress: Progress | None = None) -> BundleChange:
    """Match the lines of a bundle outside any transaction, then keep the result."""
    bundle = get_led_bundle(bundle_id, by)
    query = select(PurchaseRequestLine).join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id).where(BundleLine.bundle_id == bundle.id)
    lines = [demand_line(line) for line in db.session.scalars(query.options(selectinload(PurchaseRequestLine.request)).order_by(PurchaseRequestLine.id))]
    matched = matching.match(lines, remembered=_remembered(lines), progress=_told(progress))
    return write(keep_matched, bundle_id, matched, by=by)


def _told(progress: Progress | None) -> matching.Progress | None:
    if progress is None:
        return None
    tell = progress
    return lambda done, total: tell.say(done, total, say("Zeilen werden verglichen."))


def demand_line(line: PurchaseRequestLine) -> DemandLine:
    """Return a request line as the matching reads it; its number stands for its place."""
    said = line.reading
    return DemandLine(
        ref=RowRef(list=f"{line.request_id}", sheet=None, row=line.id),
        text=line.text,
        specification=line.specification,
        quantity=line.quantity_sent,
        unit=line.unit_sent,
        quantity_in_base_unit=line.quantity_in_base_unit,
        base_unit=line.base_unit,
        factor=line.quantity_in_base_unit / line.quantity_sent,
        packs=tuple((code, Decimal(factor)) for code, factor in said.get("packs", [])),
        other_readings=tuple((Decimal(factor), base) for factor, base in said.get("others", [])),
        pack_spans=tuple((start, end) for start, end in said.get("spans", [])),
        price_net=None if line.price_net is None else Fraction(line.price_net),
        price_net_per_base_unit=None if line.price_net_per_base_unit is None else Fraction(line.price_net_per_base_unit),
        section=said.get("section"),
        group=said.get("group"),
        department=said.get("department"),
        place=line.delivery_place,
        article_number=said.get("article_number"),
        ean=said.get("ean"),
        brand=said.get("brand"),
    )


def _remembered(lines: Iterable[DemandLine]) -> Remembered:
    keys = {matching.article_key(line) for line in lines}
    pairs = catalogue.known_pairs(keys)
    same = {frozenset({pair.first_key, pair.second_key}) for pair in pairs if pair.decision is PairDecision.CONFIRMED}
    different = {frozenset({pair.first_key, pair.second_key}) for pair in pairs if pair.decision is PairDecision.REFUSED}
    return Remembered(same=frozenset(same | catalogue.spelled_alike(keys) - different), different=frozenset(different))


@dataclass(frozen=True, kw_only=True)
class _State:
    """Where lines stand, and which of them a person has placed."""

    places: Mapping[int, int]
    by_hand: frozenset[int]
    lines: Mapping[int, PurchaseRequestLine]


def keep_matched(bundle_id: int, matched: Matched, *, by: Actor) -> BundleChange:
    """Join what the matching is sure of, and put the rest into the review queue."""
    bundle, step = lock_open(bundle_id, by), Step()
    state = _State(places=places_of(bundle), by_hand=_placed_by_hand(bundle), lines=_lines(bundle))
    positions = {position.id: position for position in db.session.scalars(select(BundlePosition).where(BundlePosition.bundle_id == bundle.id))}
    for cluster in matched.clusters:
        ids = [member.row for member in cluster.members if member.row in state.places]
        if len(ids) > 1:
            _join(step, ids, cluster, state, positions)
    _queue(bundle, matched, step, by=by)
    bundle.matched_at, bundle.job_id = clock.now(), None
    text = say("Zeilen zusammengeführt: %(moved)s. Vorschläge zu prüfen: %(open)s.", moved=len(step.places), open=len(_open(bundle)))
    return keep(bundle, ChangeKind.MATCH, step, text, by=by)


def _placed_by_hand(bundle: Bundle) -> frozenset[int]:
    query = select(BundleChange).where(BundleChange.bundle_id == bundle.id, BundleChange.kind.in_(BY_HAND), BundleChange.undone_at.is_(None))
    return frozenset(int(line_id) for change in db.session.scalars(query) for line_id in change.after["places"])


def _lines(bundle: Bundle) -> dict[int, PurchaseRequestLine]:
    query = select(PurchaseRequestLine).join(BundleLine, BundleLine.line_id == PurchaseRequestLine.id).where(BundleLine.bundle_id == bundle.id)
    return {line.id: line for line in db.session.scalars(query)}


def _join(step: Step, ids: list[int], cluster: Cluster, state: _State, positions: Mapping[int, BundlePosition]) -> None:
    """Join a cluster in the position that holds most of it; a line that a person has placed is not moved."""
    held: dict[int, list[int]] = {}
    for line_id in ids:
        held.setdefault(state.places[line_id], []).append(line_id)
    target = positions[max(held, key=lambda position_id: (positions[position_id].base_unit == cluster.base_unit, len(held[position_id]), -position_id))]
    settled = {one.ref.row: one.quantity_in_base_unit for one in cluster.settled if one.base_unit == target.base_unit}
    moving = [line_id for line_id in ids if line_id not in state.by_hand and state.places[line_id] != target.id]
    movable = [line_id for line_id in moving if state.lines[line_id].base_unit == target.base_unit or line_id in settled]
    put(step, movable, target, settled={line_id: amount for line_id, amount in settled.items() if line_id in movable})
    target.reasons = [as_data(reason) for reason in cluster.reasons]
    target.title = title_of([state.lines[line_id] for line_id in ids])


def title_of(lines: Iterable[PurchaseRequestLine]) -> str:
    """Return the words of the line that says most about the article without shouting."""
    texts = [f"{line.text}, {line.specification}" if line.specification else line.text for line in lines]
    fitting = [text for text in texts if len(text) <= LONGEST_TITLE] or [text[:LONGEST_TITLE] for text in texts]
    return max(fitting, key=lambda text: (not text.isupper(), len(text), text))


def _open(bundle: Bundle) -> list[MatchProposal]:
    return list(db.session.scalars(select(MatchProposal).where(MatchProposal.bundle_id == bundle.id, MatchProposal.stage == ProposalStage.OPEN)))


def _queue(bundle: Bundle, matched: Matched, step: Step, *, by: Actor) -> None:
    """Keep new proposals; one that was decided before is not asked again, one that no longer holds goes."""
    places = places_of(bundle)
    known = {(row.first_line_id, row.second_line_id): row for row in db.session.scalars(select(MatchProposal).where(MatchProposal.bundle_id == bundle.id))}
    wanted: set[tuple[int, int]] = set()
    for proposal in matched.review:
        pair = (min(proposal.a.row, proposal.b.row), max(proposal.a.row, proposal.b.row))
        if not set(pair) <= set(places) or places[pair[0]] == places[pair[1]]:
            continue
        wanted.add(pair)
        row = known.get(pair)
        if row is None:
            row = MatchProposal(bundle_id=bundle.id, first_line_id=pair[0], second_line_id=pair[1], stage=ProposalStage.OPEN)
            db.session.add(row)
        row.score, row.reasons, row.against = proposal.score, _plain(proposal.reasons), _plain(proposal.against)
    settle(step, [row for pair, row in known.items() if pair not in wanted and row.stage is ProposalStage.OPEN], ProposalStage.OBSOLETE, by=by)
    db.session.flush()


def _plain(messages: Iterable[Message]) -> list[dict[str, object]]:
    return [as_data(message) for message in messages]


@jobs.job(JOB)
def _match_in_background(progress: Progress, *, bundle_id: int, person_id: int, organisation_id: int) -> dict[str, Any]:
    actor = find_actor(person_id, organisation_id)
    if actor is None:
        raise NotFound
    return {"change_id": match_bundle(bundle_id, by=actor, progress=progress).id}
