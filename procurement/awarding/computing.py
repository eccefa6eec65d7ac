"""Compute the cheapest admissible award in the background, with its explanations."""

import json
import time
from decimal import Decimal
from typing import Any, Self

from sqlalchemy import select

from commons import clock, jobs
from commons.database import db, write
from commons.errors import RuleBroken
from commons.jobs import Progress
from commons.people import Actor
from commons.words import Message, as_data, say
from procurement.award_on_file import plain, tender_of
from procurement.awarding.input import hash_of, input_of
from procurement.exchange import award_file
from procurement.models import AwardRun, Tender
from procurement.queries.awards import find_job_of, find_run
from procurement.queries.tenders import lock_tender
from procurement.rules.winners_explained import Explanation
from procurement.rules.winners_firms import award_firms, explain_firms
from procurement.rules.winners_tender import LotTender, Outcome
from procurement.stages import NotEditable
from procurement.telling import write_down
from procurement.tender_stages import TENDER_STAGE_NAMES, TenderStage

JOB = "procurement.award"
SECONDS = 600.0
SECONDS_BETWEEN = 2.0


class AlreadyComputing(RuleBroken):
    """One computation runs at a time."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Die Vergabe wird gerade berechnet."))


def start_run(tender_id: int, *, by: Actor) -> AwardRun:
    """Ask the worker to compute the award from the bids as they were evaluated."""
    tender = lock_tender(tender_id, by)
    if tender.stage is not TenderStage.EVALUATED:
        raise NotEditable(TENDER_STAGE_NAMES[tender.stage])
    last = find_run(tender)
    job = find_job_of(last) if last else None
    if job is not None and job.finished_at is None:
        raise AlreadyComputing
    data = input_of(tender)
    run = AwardRun(tender_id=tender.id, started_by_id=by.person_id, input=data, input_hash=hash_of(data))
    db.session.add(run)
    db.session.flush()
    run.job_id = jobs.start(JOB, arguments={"run_id": run.id}, by=by).id
    write_down("award.computing_started", tender, by=by, after={"run": run.id, "input_hash": run.input_hash})
    return run


def cancel_run(tender_id: int, *, by: Actor) -> None:
    """Ask a running computation to stop."""
    run = find_run(lock_tender(tender_id, by))
    if run is not None and run.job_id is not None:
        jobs.cancel(run.job_id, by=by)


class Watch:
    """Say every few seconds how far the work is, which keeps the job's lease, and ask whether it is to stop."""

    def __init__(self, progress: Progress, done: int, message: Message) -> None:
        self.progress, self.done, self.message = progress, done, message
        self.stopped = False
        self.say()

    def __enter__(self) -> Self:
        """Watch over what follows."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End what was asked to stop: what the solver left behind is no result."""
        if self.stopped:
            self.say()

    def say(self) -> None:
        """Say how far the work is; raises where it is to stop."""
        self.said = time.monotonic()
        self.progress.say(self.done, 2, self.message)

    def is_to_stop(self) -> bool:
        """Tell the solver whether to stop; nothing is raised inside of it."""
        if not self.stopped and time.monotonic() - self.said >= SECONDS_BETWEEN:
            try:
                self.say()
            except (jobs.Cancelled, jobs.Stopped):
                self.stopped = True
        return self.stopped


@jobs.job(JOB)
def compute(progress: Progress, *, run_id: int) -> dict[str, Any]:
    """Find, check and explain the award outside any transaction, then keep it."""
    run = db.session.get_one(AwardRun, run_id)
    tender = tender_of(award_file.read(json.dumps(run.input).encode()))
    db.session.rollback()
    with Watch(progress, 0, say("Die günstigste zulässige Vergabe wird gesucht.")) as searching:
        outcome = award_firms(tender, seconds=SECONDS, stop=searching.is_to_stop)
    with Watch(progress, 1, say("Die Vergabe wird erklärt: was jede Bedingung kostet und warum nicht ein anderer Bieter.")) as explaining:
        explanations = explain_firms(tender, outcome, stop=explaining.is_to_stop)
    write(keep_outcome, run_id, tender, outcome, explanations)
    progress.say(2, 2, say("Fertig."))
    return {"status": outcome.status.value}


def keep_outcome(run_id: int, tender: LotTender, outcome: Outcome, explanations: list[Explanation]) -> AwardRun:
    """Keep the result beside its input."""
    run = db.session.scalars(select(AwardRun).where(AwardRun.id == run_id).with_for_update(of=AwardRun)).one()
    run.status, run.total, run.bound, run.finished_at = outcome.status, outcome.total, outcome.bound, clock.now()
    clashes = [as_data(clash) for clash in outcome.clashes]
    run.result = plain(outcome) | {"tied": outcome.tied and not tender.rules.seed, "clashes_said": clashes}
    run.explanations = [_explained(one) for one in explanations]
    found = db.session.get_one(Tender, run.tender_id)
    write_down("award.computed", found, by=None, after={"run": run.id, "status": outcome.status.value, "total": _text(outcome.total)})
    return run


def _explained(one: Explanation) -> dict[str, object]:
    return {
        "kind": one.kind,
        "about": one.about,
        "text": as_data(one.text),
        "total": _text(one.total),
        "difference": _text(one.difference),
        "proven": one.proven,
        "awards": [{"bidder": bidder, "lots": list(lots)} for bidder, lots in one.awards],
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:.2f}"
