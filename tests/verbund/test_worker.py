"""The worker: jobs, recurring work, the chain."""

import os
import signal
import subprocess
import sys
import threading
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from commons import clock, jobs
from commons.database import db, write
from commons.jobs import Job, JobStage, Progress
from commons.letters import Letter
from commons.permissions import Role
from commons.words import say
from tests.world import World
from verbund import worker


@jobs.job("tests.count")
def _count(progress: Progress, *, most: int) -> dict[str, int]:
    for number in range(most):
        progress.say(number + 1, most, say("%(n)s gezählt", n=number + 1))
    return {"counted": most}


@jobs.job("tests.break")
def _break(progress: Progress) -> None:
    raise ValueError("broken")


def start(kind: str, **arguments: int) -> int:
    return write(jobs.start, kind, arguments=arguments, by=None).id


def job_of(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_job_runs_with_progress_and_result(app: Flask) -> None:
    job_id = start("tests.count", most=3)

    worker.work_once()

    job = job_of(job_id)
    assert (job.stage, job.done, job.total, job.result, str(job.said)) == (JobStage.DONE, 3, 3, {"counted": 3}, "3 gezählt")


def test_job_that_fails_says_so_and_stops_no_other(app: Flask) -> None:
    broken, sound = start("tests.break"), start("tests.count", most=1)

    worker.work_until_done()

    assert (job_of(broken).stage, job_of(sound).stage) == (JobStage.FAILED, JobStage.DONE)


def test_job_is_cancelled_by_its_person(app: Flask, world: World) -> None:
    actor = world.actor("bernsdorf", Role.CLERK)
    job_id = write(jobs.start, "tests.count", arguments={"most": 1}, by=actor).id

    write(jobs.cancel, job_id, by=actor)
    worker.work_once()

    assert job_of(job_id).stage is JobStage.CANCELLED
    assert jobs.find_job(job_id, by=world.stranger) is None


def test_job_that_kills_its_workers_is_given_up(app: Flask) -> None:
    job_id = start("tests.count", most=1)
    moment = clock.now()
    for hour in range(jobs.MOST_ATTEMPTS):
        with clock.stopped_at(moment + timedelta(hours=hour)):
            assert write(jobs._claim) is not None

    with clock.stopped_at(moment + timedelta(hours=9)):
        assert not jobs.run_next()
        jobs.clean_up()

    assert job_of(job_id).stage is JobStage.FAILED


def test_recurring_work_runs_once_when_due_and_soon_again_when_it_failed(app: Flask) -> None:
    runs: list[datetime] = []

    @jobs.periodic("tests.flaky", every=timedelta(days=7))
    def _flaky() -> None:
        runs.append(clock.now())
        if len(runs) == 1:
            raise OSError("once")

    moment = clock.now()
    try:
        for minutes in (0, 1, 6, 7):
            with clock.stopped_at(moment + timedelta(minutes=minutes)):
                jobs.run_due()
    finally:
        del jobs._PERIODIC["tests.flaky"]

    assert runs == [moment, moment + timedelta(minutes=6)]


def test_head_of_the_journal_is_mailed_to_every_member(app: Flask, world: World) -> None:
    worker.chain_journal()

    assert write(worker.mail_head) == 10  # a mayor and an auditor in each of five towns

    letter = db.session.scalars(select(Letter).where(Letter.about_kind == "journal")).first()
    assert "verbund journal verify --head 1:" in str(letter.paragraphs[2])


def test_pulse_tells_whether_a_worker_runs(app: Flask) -> None:
    assert not jobs.is_worker_alive()
    worker.work_until_done()
    assert jobs.is_worker_alive()
    with clock.stopped_at(clock.now() + timedelta(minutes=3)):
        assert not jobs.is_worker_alive()


def test_worker_ends_cleanly_on_sigterm(app_once: Flask) -> None:
    environment = os.environ | {"VERBUND_DATABASE_URL": app_once.config["SQLALCHEMY_DATABASE_URI"], "VERBUND_SECRET_KEY": "s" * 40}
    process = subprocess.Popen([sys.executable, "-m", "verbund.commands", "worker"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        for _ in range(300):
            db.session.rollback()
            if jobs.is_worker_alive() or process.poll() is not None:
                break
            threading.Event().wait(0.1)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=20)
    finally:
        process.kill()

    assert process.returncode == 0, said
    assert jobs.is_worker_alive()
