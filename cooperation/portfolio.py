"""The portfolio of measures: propose, describe, rate, change the stage, join and leave."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from commons import clock, journal, letters
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import ChangedMeanwhile, NotFound, RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, say
from cooperation import queries, rules
from cooperation.models import Measure, MeasureParticipation, Rating, WorkingGroup
from cooperation.rules import Score
from cooperation.stages import OPEN_TO_JOIN, STAGE_NAMES, Ground, Horizon, Origin, Stage, check_measure_step


class NotRated(RuleBroken):
    """A measure counts as examined when its working group has rated it."""

    def __init__(self) -> None:
        super().__init__(say("Bitte bewerten Sie zuerst Nutzen, Kosten und Aufwand."), field="stage")


class DescriptionMissing(RuleBroken):
    """A measure counts as described when there is a description."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie zuerst die Beschreibung."), field="stage")


class NotOpenToJoin(RuleBroken):
    """A municipality takes part in what is examined and not over."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(say("Im Stand „%(stage)s“ kann keine Gemeinde beitreten.", stage=STAGE_NAMES[stage]))
        self.stage = stage


class AlreadyTakesPart(RuleBroken):
    """A municipality takes part once."""

    status = 409

    def __init__(self, participation: MeasureParticipation) -> None:
        super().__init__(say("Ihre Gemeinde nimmt seit dem %(day)s an dieser Maßnahme teil.", day=participation.joined_on))
        self.participation = participation


class TakesNoPart(RuleBroken):
    """Only who takes part can leave."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Ihre Gemeinde nimmt an dieser Maßnahme nicht teil."))


def propose(title: str, *, working_group_id: int, horizon: Horizon, description: str, by: Actor) -> Measure:
    """Put forward a new idea; it gets the next number."""
    # All groups are locked, so that two proposals at once get two numbers.
    groups = db.session.scalars(select(WorkingGroup).order_by(WorkingGroup.id).with_for_update()).all()
    if working_group_id not in {group.id for group in groups}:
        raise NotFound
    number = (db.session.scalar(select(func.max(Measure.number))) or 0) + 1
    measure = Measure(number=number, title=title, working_group_id=working_group_id, horizon=horizon, description=description or None)
    measure.stage, measure.origin, measure.stage_since, measure.proposed_at = Stage.IDEA, Origin.PROPOSED, clock.now(), clock.now()
    measure.proposed_by_id, measure.proposed_for_id = by.person_id, by.municipality_id
    db.session.add(measure)
    db.session.flush()
    _tell(measure, say("Neue Idee zur Zusammenarbeit: %(title)s", title=title), say("%(person)s schlägt eine neue Maßnahme vor.", person=by.person_name), by=by)
    _record("measure.proposed", measure, by=by, after={"number": number, "title": title})
    return measure


def rate(measure_id: int, score: Score, *, working_group_id: int, reason: str, by: Actor) -> Rating:
    """Rate a measure for a working group; a new rating takes the place of the group's former one."""
    rules.check_score(score)
    measure = queries.lock_measure(measure_id, by)
    if db.session.get(WorkingGroup, working_group_id) is None:
        raise NotFound
    rating = next((found for found in measure.ratings if found.working_group_id == working_group_id), None)
    before = _scores(rating) if rating else None
    if rating is None:
        rating = Rating(working_group_id=working_group_id)
        measure.ratings.append(rating)
    rating.benefit, rating.cost, rating.effort = score.benefit, score.cost, score.effort
    rating.invented, rating.reason, rating.rated_by_id, rating.rated_at = False, reason or None, by.person_id, clock.now()
    db.session.flush()
    _record("measure.rated", measure, by=by, before=before, after=_scores(rating))
    return rating


def _scores(rating: Rating) -> dict[str, Any]:
    return {"group": rating.working_group_id, "benefit": rating.benefit, "cost": rating.cost, "effort": rating.effort, "reason": rating.reason}


def describe(measure_id: int, description: str, *, seen: str, by: Actor) -> Measure:
    """Write the description; `seen` is the text that stood there when the page was opened."""
    measure = queries.lock_measure(measure_id, by)
    before = measure.description or ""
    if _lines(before) != _lines(seen):
        raise ChangedMeanwhile
    measure.description = description or None
    db.session.flush()
    _record("measure.described", measure, by=by, before={"description": before}, after={"description": description})
    return measure


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()  # a browser sends CRLF


def change_stage(measure_id: int, stage: Stage, *, seen: Stage, reason: str, by: Actor) -> Measure:
    """Take a lawful step; `seen` is the stage that stood there when the page was opened."""
    measure = queries.lock_measure(measure_id, by)
    if measure.stage is not seen:
        raise ChangedMeanwhile
    check_measure_step(measure.stage, stage)
    _check_ready(measure, stage)
    measure.stage, measure.stage_since = stage, clock.now()
    measure.described = measure.described or stage is Stage.DESCRIBED
    db.session.flush()
    news = say("Der Stand ist jetzt „%(stage)s“ (vorher „%(before)s“). %(reason)s", stage=STAGE_NAMES[stage], before=STAGE_NAMES[seen], reason=reason)
    _tell(measure, say("Maßnahme %(number)s: %(stage)s", number=measure.number, stage=STAGE_NAMES[stage]), news, by=by)
    _record("measure.stage_changed", measure, by=by, before={"stage": seen}, after={"stage": stage, "reason": reason})
    return measure


def _check_ready(measure: Measure, stage: Stage) -> None:
    if stage is Stage.EXAMINED and not measure.ratings:
        raise NotRated
    if stage is Stage.DESCRIBED and not (measure.description or measure.described):
        raise DescriptionMissing
    if stage is Stage.RECOMMENDED:
        rules.check_recommended(cast.vote for cast in queries.latest_votes(measure))
    if stage is Stage.IN_PROGRESS:
        rules.check_enough_take_part(len(measure.taking_part))


def join_by_resolution(measure_id: int, *, number: str, decided_on: date, by: Actor) -> MeasureParticipation:
    """Let the own municipality take part because its council has decided so."""
    part = _new_participation(measure_id, Ground.RESOLUTION, by)
    part.resolution_number, part.resolution_on = number, decided_on
    return _join(part, by)


def join_on_trial(measure_id: int, *, until: date, most: Decimal, by: Actor) -> MeasureParticipation:
    """Let the own municipality take part on trial, as its mayor may up to the net amount that its own statute leaves to the office."""
    rules.check_trial(until, today=today_of(clock.now()))
    part = _new_participation(measure_id, Ground.MAYOR_TRIAL, by)
    part.trial_until, part.trial_limit = until, most
    return _join(part, by)


def _new_participation(measure_id: int, ground: Ground, by: Actor) -> MeasureParticipation:
    measure = queries.lock_measure(measure_id, by)
    if measure.stage not in OPEN_TO_JOIN:
        raise NotOpenToJoin(measure.stage)
    own = queries.own_participation(measure, by)
    if own is not None:
        _end_trial(own)
    return MeasureParticipation(measure=measure, municipality_id=by.municipality_id, ground=ground, joined_on=today_of(clock.now()), decided_by_id=by.person_id)


def _end_trial(own: MeasureParticipation) -> None:
    """Let a new ground take the place of a trial; whoever takes part by resolution does not join again."""
    if own.ground is not Ground.MAYOR_TRIAL:
        raise AlreadyTakesPart(own)
    own.left_on, own.left_reason = today_of(clock.now()), str(say("Die Teilnahme hat eine neue Grundlage."))
    db.session.flush()


def _join(part: MeasureParticipation, by: Actor) -> MeasureParticipation:
    db.session.add(part)
    db.session.flush()
    news = say("%(municipality)s nimmt jetzt teil.", municipality=by.municipality_name)
    _tell(part.measure, say("Maßnahme %(number)s: %(news)s", number=part.measure.number, news=news), news, by=by)
    after = {"ground": part.ground, "resolution": part.resolution_number, "trial_until": part.trial_until and part.trial_until.isoformat()}
    if part.trial_limit is not None:
        after["trial_limit"] = str(part.trial_limit)
    _record("measure.joined", part.measure, by=by, after={"municipality": by.municipality_name, **after})
    return part


def leave(measure_id: int, *, reason: str, by: Actor) -> MeasureParticipation:
    """End the own municipality's part, with the reason."""
    measure = queries.lock_measure(measure_id, by)
    part = queries.own_participation(measure, by)
    if part is None:
        raise TakesNoPart
    part.left_on, part.left_reason = today_of(clock.now()), reason
    db.session.flush()
    news = say("%(municipality)s nimmt nicht mehr teil. Grund: %(reason)s", municipality=by.municipality_name, reason=reason)
    _tell(measure, say("Maßnahme %(number)s: Eine Gemeinde tritt aus", number=measure.number), news, by=by)
    _record("measure.left", measure, by=by, after={"municipality": by.municipality_name, "reason": reason})
    return part


def _tell(measure: Measure, subject: Message, news: Message, *, by: Actor) -> None:
    """Write to those who decide in the municipalities concerned, except the person who acts."""
    towns = {part.municipality_id for part in measure.taking_part} | {by.municipality_id}
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id.in_(sorted(towns)))))
    about = say("Maßnahme %(number)s: %(title)s", number=measure.number, title=measure.title)
    for person in people_with(Permission.MEASURE_EDIT, places):
        if person.id != by.person_id:
            letters.post(person.id, subject, [about, news], link=f"/massnahmen/{measure.id}", about=("measure", measure.id))


def _record(act: str, measure: Measure, *, by: Actor, before: Mapping[str, Any] | None = None, after: Mapping[str, Any]) -> None:
    towns = [part.municipality_id for part in measure.taking_part]
    journal.record(act, subject=("measure", measure.id), by=by, before=before, after=after, municipalities=towns)
