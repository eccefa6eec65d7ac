"""What an actor may see of the cooperation; measures are joint and open to every member."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Date, Select, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.orm import selectinload

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality, get_organisation, with_those_below
from commons.people import Actor
from commons.permissions import Permission
from commons.prepared import Prepared
from commons.scopes import within_days
from commons.tasks import Hit, Task
from commons.words import Message, say
from cooperation import rules
from cooperation.models import Charge, CouncilVote, Effect, Measure, MeasureLink, MeasureParticipation, Rating, WorkingGroup
from cooperation.rules import Candidate, Order, Place, Score
from cooperation.stages import STAGE_NAMES, EffectKind, Nature, Stage


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Say which measures somebody wants to see."""

    group: str | None = None
    stage: Stage | None = None
    described: bool | None = None
    wing: str | None = None
    mine: bool = False
    text: str = ""


EffectAmount = tuple[EffectKind, str, Nature, Decimal]


@dataclass(frozen=True, kw_only=True)
class EffectSum:
    """Hold planned beside achieved for one kind of effect."""

    kind: EffectKind
    unit: str
    planned: Decimal | None
    achieved: Decimal | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Hold what one thing brought: by its link where it may be opened, else by its kind; without a kind it was told by itself."""

    kind: str | None
    link: MeasureLink | None
    effects: list[EffectSum]


_DAY: BindParameter[date] = bindparam("day", type_=Date())
_IN_FORCE = (Municipality.member_from <= _DAY) & or_(Municipality.member_until.is_(None), Municipality.member_until >= _DAY)
# For the statements of the wings: asked along with what a member wants to know, it costs no statement of its own.
ASKED_BY_MEMBER = exists(select(Municipality.id).where(Municipality.id == bindparam("asking_id"), _IN_FORCE))
_MEMBER = Prepared(select(Municipality.id).where(Municipality.id == bindparam("asking_id"), _IN_FORCE))


def is_member(municipality_id: int) -> bool:
    """Tell whether a municipality belongs to the association today."""
    return _MEMBER.first(asking(municipality_id)) is not None


def asking(municipality_id: int) -> dict[str, Any]:
    """Return what statements with `ASKED_BY_MEMBER` are asked with."""
    return {"asking_id": municipality_id, "day": today_of(clock.now())}


def _visible(actor: Actor) -> Select[Measure]:
    query = select(Measure).options(selectinload(Measure.ratings), selectinload(Measure.participations)).order_by(Measure.number)
    allowed = actor.may(Permission.MEASURE_READ) and is_member(actor.municipality_id)
    return query if allowed else query.where(false())


def working_groups() -> list[WorkingGroup]:
    """Return the working groups in their order."""
    return list(db.session.scalars(select(WorkingGroup).order_by(WorkingGroup.position, WorkingGroup.id)))


def measures(actor: Actor, wish: Wish | None = None) -> list[Measure]:
    """Return the measures that fit a wish, by number."""
    return list(db.session.scalars(_filtered(_visible(actor), wish or Wish(), actor)))


def _filtered(query: Select[Measure], wish: Wish, actor: Actor) -> Select[Measure]:
    if wish.group:
        query = query.where(Measure.working_group.has(WorkingGroup.key == wish.group))
    if wish.stage is not None:
        query = query.where(Measure.stage == wish.stage)
    if wish.described is not None:
        query = query.where(Measure.described.is_(wish.described))
    if wish.wing:
        query = query.where(Measure.wing == wish.wing)
    if wish.mine:
        query = query.where(_own_part(actor))
    return query.where(_named(wish.text)) if wish.text else query


def _own_part(actor: Actor) -> ColumnElement[bool]:
    return Measure.participations.any((MeasureParticipation.municipality_id == actor.municipality_id) & MeasureParticipation.left_on.is_(None))


def _named(text: str) -> ColumnElement[bool]:
    words = [Measure.title.icontains(text, autoescape=True), Measure.description.icontains(text, autoescape=True)]
    return or_(Measure.number == int(text), *words) if text.isdecimal() and len(text) < 6 else or_(*words)


def get_measure(measure_id: int, actor: Actor) -> Measure:
    """Return a measure that the actor may see."""
    found = db.session.scalar(_visible(actor).where(Measure.id == measure_id))
    if found is None:
        raise NotFound
    return found


def lock_measure(measure_id: int, actor: Actor) -> Measure:
    """Return a measure for changing it; nobody else changes it meanwhile."""
    query = _visible(actor).where(Measure.id == measure_id).with_for_update(of=Measure).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def find_measure(number: int) -> Measure | None:
    """Return the measure with this number, if there is one."""
    return db.session.scalar(select(Measure).where(Measure.number == number))


def measure_choices(actor: Actor, wing: str | None = None, *, language: str = "de") -> list[tuple[int, str]]:
    """Return the measures that something new may be attached to, as choices of a form."""
    return [(measure.id, _headline(measure, language)) for measure in _alive(actor, wing)]


def numbered_choices(actor: Actor, wing: str | None = None, *, besides: int | None = None, language: str = "de") -> list[tuple[int, str]]:
    """Return the same choices by the measures' numbers, and the one chosen before, although it may be over."""
    choices = {measure.number: _headline(measure, language) for measure in _alive(actor, wing)}
    chosen = find_measure(besides) if besides is not None else None
    return sorted({**choices, **({chosen.number: _headline(chosen, language)} if chosen else {})}.items())


def _alive(actor: Actor, wing: str | None) -> list[Measure]:
    return [measure for measure in measures(actor, Wish(wing=wing)) if measure.stage not in {Stage.ENDED, Stage.REJECTED}]


def _headline(measure: Measure, language: str) -> str:
    return f"{measure.number} {measure.title_in(language)}"


def ranking(found: Iterable[Measure], order: Order) -> list[tuple[Place, Measure]]:
    """Return measures in the order of their ratings, each with its place and reason."""
    by_number = {measure.number: measure for measure in found}
    candidates = [Candidate(number=number, scores=tuple(_score(rating) for rating in measure.ratings)) for number, measure in by_number.items()]
    return [(place, by_number[place.number]) for place in rules.rank(candidates, order)]


def _score(rating: Rating) -> Score:
    return Score(benefit=rating.benefit, cost=rating.cost, effort=rating.effort)


def own_participation(measure: Measure, actor: Actor) -> MeasureParticipation | None:
    """Return how the actor's municipality takes part."""
    return next((part for part in measure.taking_part if part.municipality_id == actor.municipality_id), None)


_SEEN: dict[str, Callable[[Actor], Collection[int]]] = {}


def keep_links_to(kind: str, seen: Callable[[Actor], Collection[int]]) -> None:
    """Let a wing say which of its things an actor sees; of a kind that nobody speaks for the permission alone decides."""
    _SEEN[kind] = seen


def links_of(measure: Measure, actor: Actor) -> list[MeasureLink]:
    """Return the devices, bundles and tenders of a measure that the actor may open."""
    return _open_to(actor, MeasureLink.measure_id == measure.id)


def _open_to(actor: Actor, wanted: ColumnElement[bool]) -> list[MeasureLink]:
    query = select(MeasureLink).where(wanted).order_by(MeasureLink.kind, MeasureLink.title)
    found = [link for link in db.session.scalars(query) if link.permission is None or actor.may(Permission(link.permission))]
    seen = {kind: _SEEN[kind](actor) for kind in {link.kind for link in found} & set(_SEEN)}
    return [link for link in found if link.kind not in seen or link.subject_id in seen[link.kind]]


def votes_on(measure: Measure) -> list[CouncilVote]:
    """Return the councils' votes on a measure, the latest assembly first."""
    query = select(CouncilVote).where(CouncilVote.measure_id == measure.id)
    return sorted(db.session.scalars(query), key=lambda vote: (-vote.assembly.held_on.toordinal(), vote.municipality.name))


def latest_votes(measure: Measure) -> list[CouncilVote]:
    """Return the votes of the latest assembly that dealt with a measure."""
    votes = votes_on(measure)
    return [vote for vote in votes if vote.assembly_id == votes[0].assembly_id]


def effects_of(measure: Measure) -> list[EffectSum]:
    """Return planned beside achieved, summed by kind and unit."""
    query = select(Effect.kind, Effect.unit, Effect.nature, func.sum(Effect.amount)).where(Effect.measure_id == measure.id)
    return summed((kind, unit, nature, total) for kind, unit, nature, total in db.session.execute(query.group_by(Effect.kind, Effect.unit, Effect.nature)))


def sources_of(measure: Measure, actor: Actor) -> list[Source]:
    """Return from which devices and tenders each effect comes; those that the actor may not open are counted together, and so is what was told by itself."""
    columns = (Effect.subject_kind, Effect.subject_id, Effect.kind, Effect.unit, Effect.nature, func.sum(Effect.amount))
    rows = db.session.execute(select(*columns).where(Effect.measure_id == measure.id).group_by(*columns[:-1])).all()
    links: dict[tuple[str | None, int | None], MeasureLink] = {
        (link.kind, link.subject_id): link for link in _open_to(actor, MeasureLink.subject_id.in_({row[1] for row in rows if row[1] is not None}))
    }
    told: dict[tuple[str | None, int | None], list[EffectAmount]] = {}
    for subject_kind, subject_id, kind, unit, nature, total in rows:
        told.setdefault((subject_kind, subject_id if (subject_kind, subject_id) in links else None), []).append((kind, unit, nature, total))
    found = [Source(kind=thing[0], link=links.get(thing), effects=summed(amounts)) for thing, amounts in told.items()]
    return sorted(found, key=lambda source: (source.kind or "", source.link.title if source.link else ""))


def summed(amounts: Iterable[EffectAmount]) -> list[EffectSum]:
    """Return planned beside achieved, summed by kind and unit; none where nothing was planned or reported."""
    sums: dict[tuple[EffectKind, str], dict[Nature, Decimal]] = {}
    for kind, unit, nature, amount in amounts:
        found = sums.setdefault((kind, unit), {})
        found[nature] = found.get(nature, Decimal(0)) + amount
    return [
        EffectSum(kind=kind, unit=unit, planned=found.get(Nature.PLANNED), achieved=found.get(Nature.ACHIEVED))
        for (kind, unit), found in sorted(sums.items(), key=lambda row: row[0])
    ]


def charges(actor: Actor) -> list[Charge]:
    """Return the charges between the actor's municipality and others, the latest first."""
    query = select(Charge).where(charges_of(actor)).order_by(Charge.used_on.desc(), Charge.id.desc())
    return list(db.session.scalars(query))


def charges_of(actor: Actor) -> ColumnElement[bool]:
    """Say which charges an actor sees: of the own yard or brigade; of the municipality whoever keeps its money, the auditor within the scope."""
    if not actor.may(Permission.CHARGE_READ):
        return false()
    if not actor.may(Permission.CHARGE_READ_ALL):
        places = with_those_below(get_organisation(actor.organisation_id))
        return or_(Charge.creditor_organisation_id.in_(places), Charge.debtor_organisation_id.in_(places))
    concerned = or_(Charge.creditor_id == actor.municipality_id, Charge.debtor_id == actor.municipality_id)
    return and_(concerned, within_days(actor, Permission.CHARGE_READ_ALL, Charge.used_on))


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for this person: ideas to examine, recommendations to decide on."""
    tasks: list[Task] = []
    if actor.may(Permission.MEASURE_EDIT):
        tasks += [_task(measure, "cooperation.rate") for measure in measures(actor, Wish(stage=Stage.IDEA))]
    if actor.may(Permission.MEASURE_JOIN):
        tasks += [_task(measure, "cooperation.join") for measure in measures(actor, Wish(stage=Stage.RECOMMENDED)) if own_participation(measure, actor) is None]
    return tasks


def _task(measure: Measure, endpoint: str) -> Task:
    titles = {"cooperation.rate": say("Idee bewerten"), "cooperation.join": say("Über die Teilnahme entscheiden")}
    detail = say("Maßnahme %(number)s: %(title)s", number=measure.number, title=Message(measure.title))
    return Task(title=titles[endpoint], endpoint=endpoint, values={"measure_id": measure.id}, detail=detail, since=measure.stage_since)


def mine(actor: Actor) -> list[Task]:
    """Return the measures under way in which the own municipality takes part, for those who may propose one."""
    if not actor.may(Permission.MEASURE_PROPOSE):
        return []
    under_way = [measure for measure in measures(actor, Wish(mine=True)) if measure.stage in {Stage.IN_PROGRESS, Stage.RUNNING}]
    return [
        Task(
            title=say("Maßnahme %(number)s: %(title)s", number=measure.number, title=Message(measure.title)),
            endpoint="cooperation.show_measure",
            values={"measure_id": measure.id},
            detail=STAGE_NAMES[measure.stage],
        )
        for measure in under_way
    ]


def search(actor: Actor, text: str) -> list[Hit]:
    """Return the measures whose number, title or description fits the words."""
    found = measures(actor, Wish(text=text.strip())) if text.strip() else []
    return [
        Hit(
            kind=say("Maßnahme"),
            title=f"{measure.number} {measure.title}",
            endpoint="cooperation.show_measure",
            values={"measure_id": measure.id},
            detail=STAGE_NAMES[measure.stage],
        )
        for measure in found
    ]
