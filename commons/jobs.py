"""Long work in the background, with progress, cancellable; and work that recurs."""

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Select, exists, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import JSON

from commons import clock
from commons.database import Base, db, pk, stored, utc_time, write
from commons.people import Actor
from commons.words import Message, as_data, from_data, say

LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 3  # a job that kills its worker must not kill every one
ALIVE = timedelta(minutes=2)
logger = logging.getLogger(__name__)
_stopping = threading.Event()


class JobStage(StrEnum):
    """Name how far a job is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of long work that a person started."""

    __tablename__ = "job"

    id: Mapped[pk]
    kind: Mapped[str]
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON())
    stage: Mapped[JobStage] = mapped_column(stored(JobStage), index=True)
    started_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    created_at: Mapped[utc_time]
    lease_until: Mapped[utc_time | None]
    finished_at: Mapped[utc_time | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[dict[str, object] | None] = mapped_column(JSON())
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON())
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)

    @property
    def said(self) -> Message | None:
        """Return the last sentence of the job."""
        return from_data(self.message) if self.message else None


class PeriodicRun(Base):
    """When work that recurs was last done; the row is the lock between workers."""

    __tablename__ = "periodic_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[utc_time]


class WorkerPulse(Base):
    """When a worker was last alive, so that somebody notices when none is."""

    __tablename__ = "worker_pulse"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[utc_time]
    seen_at: Mapped[utc_time]


class Cancelled(Exception):
    """The person who started a job wants it to stop."""


class Stopped(Exception):
    """The worker is to end; the job goes back into the queue."""


def stop() -> None:
    """Let the running job end at its next word of progress."""
    _stopping.set()


@dataclass(frozen=True)
class Progress:
    """Let a running job say how far it is; raises Cancelled when it is to stop."""

    job_id: int

    def say(self, done: int, total: int, message: Message) -> None:
        """Show how far the work is and renew the lease."""
        if _stopping.is_set():
            raise Stopped
        if write(_note_progress, self.job_id, done, total, message):
            raise Cancelled


Run = Callable[..., dict[str, Any] | None]
_RUNS: dict[str, Run] = {}
_PERIODIC: dict[str, tuple[timedelta, Callable[[], None]]] = {}


def job(kind: str) -> Callable[[Run], Run]:
    """Register the function that does a kind of job: run(progress, **arguments) -> result."""

    def register(run: Run) -> Run:
        _RUNS[kind] = run
        return run

    return register


def periodic(name: str, *, every: timedelta) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register work that the worker does again and again, through write(...) where it changes rows."""

    def register(run: Callable[[], None]) -> Callable[[], None]:
        _PERIODIC[name] = (every, run)
        return run

    return register


def start(kind: str, *, arguments: dict[str, Any], by: Actor | None) -> Job:
    """Put a job into the queue, in the business transaction."""
    json.dumps(arguments)
    started = Job(
        kind=kind,
        arguments=arguments,
        stage=JobStage.WAITING,
        created_at=clock.now(),
        started_by_id=by.person_id if by else None,
        organisation_id=by.organisation_id if by else None,
    )
    db.session.add(started)
    db.session.flush()
    return started


def cancel(job_id: int, *, by: Actor) -> None:
    """Ask a job of one's own to stop."""
    found = find_job(job_id, by=by)
    if found is not None and found.stage in {JobStage.WAITING, JobStage.RUNNING}:
        found.cancel_asked = True
        if found.stage is JobStage.WAITING:
            found.stage, found.finished_at = JobStage.CANCELLED, clock.now()


def find_job(job_id: int, *, by: Actor) -> Job | None:
    """Return a job that was started for the organisation acted for."""
    return db.session.scalar(select(Job).where(Job.id == job_id, Job.organisation_id == by.organisation_id))


def _note_progress(job_id: int, done: int, total: int, message: Message) -> bool:
    running = db.session.get_one(Job, job_id)
    running.done, running.total, running.message = done, total, as_data(message)
    running.lease_until = clock.now() + LEASE
    return running.cancel_asked


def _due(moment: datetime) -> Select[int]:
    abandoned = (Job.stage == JobStage.RUNNING) & (Job.lease_until < moment)
    return select(Job.id).where((Job.stage == JobStage.WAITING) | abandoned, Job.attempts < MOST_ATTEMPTS)


def _give_up_on_deadly() -> None:
    deadly = update(Job).where(Job.stage == JobStage.RUNNING, Job.lease_until < clock.now(), Job.attempts >= MOST_ATTEMPTS)
    message = as_data(say("Die Arbeit ist mehrmals abgebrochen. Bitte wenden Sie sich an die Systembetreuung."))
    db.session.execute(deadly.values(stage=JobStage.FAILED, finished_at=clock.now(), message=message))


def _give_back(job_id: int) -> None:
    job = db.session.get_one(Job, job_id)
    job.stage, job.attempts = JobStage.WAITING, job.attempts - 1


def _claim() -> tuple[int, str, dict[str, Any]] | None:
    moment = clock.now()
    due = _due(moment).order_by(Job.id).limit(1)
    take = update(Job).where(Job.id.in_(due.with_for_update(skip_locked=True).scalar_subquery()))
    row = db.session.execute(
        take.values(stage=JobStage.RUNNING, lease_until=moment + LEASE, attempts=Job.attempts + 1).returning(Job.id, Job.kind, Job.arguments)
    ).first()
    return (row[0], row[1], row[2]) if row else None


def _finish(job_id: int, stage: JobStage, *, message: Message | None = None, result: dict[str, Any] | None = None) -> None:
    finished = db.session.get_one(Job, job_id)
    finished.stage, finished.finished_at, finished.result = stage, clock.now(), result
    if message is not None:
        finished.message = as_data(message)


def run_next() -> bool:
    """Do the next waiting job; False when none waits."""
    if db.session.scalar(_due(clock.now()).limit(1)) is None:  # asked before anything is locked
        return False
    claimed = write(_claim)
    if claimed is None:
        return False
    job_id, kind, arguments = claimed
    try:
        result = _RUNS[kind](Progress(job_id), **arguments)
    except Stopped:
        write(_give_back, job_id)
    except Cancelled:
        write(_finish, job_id, JobStage.CANCELLED, message=say("Abgebrochen."))
    except Exception as error:
        message = getattr(error, "message", None) or say("Die Arbeit ist abgebrochen: %(error)s", error=type(error).__name__)
        write(_finish, job_id, JobStage.FAILED, message=message)
        if not hasattr(error, "message"):
            logger.exception("job %s of kind %s failed", job_id, kind)
    else:
        write(_finish, job_id, JobStage.DONE, result=result)
    return True


def _claim_periodic(name: str, every: timedelta, moment: datetime) -> bool:
    row = db.session.scalar(select(PeriodicRun).where(PeriodicRun.name == name).with_for_update())
    if row is None:
        db.session.add(PeriodicRun(name=name, due_at=moment + every))
        return True
    if row.due_at > moment:
        return False
    row.due_at = moment + every
    return True


def run_due() -> list[str]:
    """Do all recurring work that is due; return its names. What fails is tried again soon and stops nothing else."""
    db.session.rollback()
    later = set(db.session.scalars(select(PeriodicRun.name).where(PeriodicRun.due_at > clock.now())))
    due = [name for name, (every, _run) in _PERIODIC.items() if name not in later and write(_claim_periodic, name, every, clock.now())]
    for name in due:
        try:
            _PERIODIC[name][1]()
        except Exception:
            logger.exception("recurring work %s failed", name)
            write(_try_soon, name)
    return due


def _try_soon(name: str) -> None:
    db.session.get_one(PeriodicRun, name).due_at = clock.now() + timedelta(minutes=5)


def clean_up() -> None:
    """Give up jobs that killed their workers, and forget workers that are gone."""
    write(_give_up_on_deadly)
    write(_forget_workers)


def _forget_workers() -> None:
    for pulse in db.session.scalars(select(WorkerPulse).where(WorkerPulse.seen_at < clock.now() - timedelta(days=1))):
        db.session.delete(pulse)


def note_pulse(name: str) -> None:
    """Note that a worker is alive."""
    pulse = db.session.get(WorkerPulse, name)
    if pulse is None:
        db.session.add(WorkerPulse(name=name, started_at=clock.now(), seen_at=clock.now()))
    else:
        pulse.seen_at = clock.now()


def last_pulse() -> datetime | None:
    """Return when a worker was last alive."""
    return db.session.scalar(select(func.max(WorkerPulse.seen_at)))


def is_worker_alive() -> bool:
    """Tell whether a worker runs: without one no letter goes out."""
    return bool(db.session.scalar(select(exists().where(WorkerPulse.seen_at > clock.now() - ALIVE))))
