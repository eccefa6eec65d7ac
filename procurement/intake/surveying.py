"""Ask all towns of a measure for their demand until a day: letters with personal links, reminders, „kein Bedarf“."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from commons import clock, jobs, journal, letters, tokens
from commons.calendar_days import from_wall, today_of
from commons.database import db, write
from commons.errors import NotAllowed, RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, say
from cooperation.queries import get_measure
from procurement.models import DemandRound, PurchaseRequest, RoundInvitation, RoundParticipation
from procurement.queries.surveys import SCOPE, leads_round, lock_round, missing, own_participation
from procurement.stages import ROUND_STAGE_NAMES, NotEditable, RoundAnswer, RoundStage

REMIND_BEFORE = (timedelta(days=7), timedelta(days=2))


class ClosesTooSoon(RuleBroken):
    """A survey closes in the future."""

    def __init__(self) -> None:
        super().__init__(say("Der Schlusstag muss in der Zukunft liegen."), field="closes_on")


class NobodyTakesPart(RuleBroken):
    """A survey asks at least one municipality."""

    def __init__(self) -> None:
        super().__init__(say("An dieser Maßnahme nimmt noch keine Gemeinde teil."), field="measure_id")


class DemandReported(RuleBroken):
    """Whoever has reported demand does not say that there is none."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Ihre Gemeinde hat schon Bedarf gemeldet. Ziehen Sie zuerst die Meldung zurück."))


def open_round(title: str, *, measure_id: int, year: int, closes_on: date, by: Actor) -> DemandRound:
    """Open a survey and write to everybody who may report demand, each with a personal link."""
    if not by.may(Permission.BUNDLE_EDIT):
        raise NotAllowed
    today = today_of(clock.now())
    if closes_on <= today:
        raise ClosesTooSoon
    towns = sorted(part.municipality_id for part in get_measure(measure_id, by).taking_part)
    if not towns:
        raise NobodyTakesPart
    survey = DemandRound(title=title.strip(), measure_id=measure_id, lead_municipality_id=by.municipality_id, year=year, created_by_id=by.person_id)
    survey.stage, survey.opens_on, survey.closes_on = RoundStage.OPEN, today, closes_on
    survey.participations = [RoundParticipation(municipality_id=town, answer=RoundAnswer.MISSING) for town in towns]
    db.session.add(survey)
    db.session.flush()
    for town in towns:
        _write_to(survey, town, say("Bedarfsabfrage „%(title)s“", title=survey.title), by=by)
    _write_down("round.opened", survey, by=by, after={"title": survey.title, "closes_on": closes_on.isoformat()})
    return survey


def _write_to(survey: DemandRound, town: int, subject: Message, *, by: Actor | None) -> None:
    places = db.session.scalars(select(Organisation).where(Organisation.municipality_id == town).order_by(Organisation.id))
    for place in places:
        for person in people_with(Permission.DEMAND_SUBMIT, [place.id]):
            body = [
                say("Bitte melden Sie bis zum %(day)s, was %(place)s braucht, oder dass es keinen Bedarf gibt.", day=survey.closes_on, place=place.name),
                say("Der folgende Verweis gilt nur für Sie und führt ohne Anmeldung zum Formular."),
            ]
            secret = _link(survey, person.id, place.id, by=by)
            letters.post_confidential(person.id, subject, body, link=f"/beschaffung/abfrage/{secret}", about=("demand_round", survey.id))


def _link(survey: DemandRound, person_id: int, organisation_id: int, *, by: Actor | None) -> str:
    same = (RoundInvitation.round_id == survey.id, RoundInvitation.person_id == person_id, RoundInvitation.organisation_id == organisation_id)
    invitation = db.session.scalar(select(RoundInvitation).where(*same))
    if invitation is None:
        invitation = RoundInvitation(round_id=survey.id, person_id=person_id, organisation_id=organisation_id)
        db.session.add(invitation)
        db.session.flush()
    return tokens.invite(SCOPE, invitation.id, until=end_of(survey), by=by)


def end_of(survey: DemandRound) -> datetime:
    """Return the moment when a survey closes: the midnight after its last day."""
    return from_wall(survey.closes_on + timedelta(days=1), time(0))


def say_no_demand(round_id: int, *, by: Actor) -> RoundParticipation:
    """Answer for the own municipality that nothing is needed."""
    survey = lock_round(round_id, by)
    part = own_participation(survey, by)
    if part is None or not by.may(Permission.DEMAND_SUBMIT):
        raise NotAllowed
    _check_open(survey)
    if part.answer is RoundAnswer.DEMAND:
        raise DemandReported
    _answer(part, RoundAnswer.NO_DEMAND, by=by)
    _write_down("round.no_demand", survey, by=by, after={"municipality": by.municipality_name})
    return part


def note_demand(request: PurchaseRequest, *, by: Actor) -> None:
    """Note that a municipality has answered its survey with a request."""
    if request.round_id is None:
        return
    query = select(RoundParticipation).where(RoundParticipation.round_id == request.round_id, RoundParticipation.municipality_id == request.municipality_id)
    part = db.session.scalar(query.with_for_update(of=RoundParticipation))
    if part is not None:
        _answer(part, RoundAnswer.DEMAND, by=by)


def _answer(part: RoundParticipation, answer: RoundAnswer, *, by: Actor) -> None:
    part.answer, part.answered_at, part.answered_by_id = answer, clock.now(), by.person_id
    db.session.flush()


def remind(round_id: int, *, by: Actor) -> int:
    """Write once more to the towns that have not answered; returns how many there are."""
    survey = lock_round(round_id, by)
    if not leads_round(survey, by):
        raise NotAllowed
    _check_open(survey)
    late = missing(survey)
    _remind(survey, late, by=by)
    _write_down("round.reminded", survey, by=by, after={"towns": [part.municipality.name for part in late]})
    return len(late)


def _remind(survey: DemandRound, late: list[RoundParticipation], *, by: Actor | None) -> None:
    for part in late:
        part.reminded_at = clock.now()
        _write_to(survey, part.municipality_id, say("Erinnerung: Bedarfsabfrage „%(title)s“ bis %(day)s", title=survey.title, day=survey.closes_on), by=by)


def close_round(round_id: int, *, by: Actor) -> DemandRound:
    """Close a survey before its day."""
    survey = lock_round(round_id, by)
    if not leads_round(survey, by):
        raise NotAllowed
    _check_open(survey)
    survey.stage = RoundStage.CLOSED
    _write_down("round.closed", survey, by=by, after={"missing": [part.municipality.name for part in missing(survey)]})
    return survey


def _check_open(survey: DemandRound) -> None:
    if survey.stage is not RoundStage.OPEN:
        raise NotEditable(ROUND_STAGE_NAMES[survey.stage])


@jobs.periodic("procurement.tend_rounds", every=timedelta(hours=6))
def tend_rounds() -> None:
    """Remind who is missing a week and two days before the end, and close what is over."""
    write(_tend, today_of(clock.now()))


def _tend(today: date) -> None:
    for survey in db.session.scalars(select(DemandRound).where(DemandRound.stage == RoundStage.OPEN).order_by(DemandRound.id).with_for_update(of=DemandRound)):
        if today > survey.closes_on:
            survey.stage = RoundStage.CLOSED
            _write_down("round.closed", survey, by=None, after={"missing": [part.municipality.name for part in missing(survey)]})
        elif survey.closes_on - today in REMIND_BEFORE:
            _remind(survey, [part for part in missing(survey) if part.reminded_at is None or today_of(part.reminded_at) < today], by=None)


def _write_down(act: str, survey: DemandRound, *, by: Actor | None, after: dict[str, object]) -> None:
    concerned = [survey.lead_municipality_id, *(part.municipality_id for part in survey.participations)]
    journal.record(act, subject=("demand_round", survey.id), by=by, after=after, municipalities=concerned)
