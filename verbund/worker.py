"""The worker: sends letters, does jobs and recurring work, chains the journal."""

import functools
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import exists, select

from commons import chain, digest, jobs, journal, leaving, letters, sending, throttle
from commons.database import db, write
from commons.journal import JournalEntry
from commons.municipalities import Organisation
from commons.people import people_with
from commons.permissions import Permission
from commons.words import say

PAUSE = 2.0
PULSE_EVERY = 30.0
logger = logging.getLogger(__name__)
stopping = threading.Event()


@jobs.periodic("letters.digest", every=timedelta(minutes=10))
def _post_digests() -> None:
    write(digest.post_digests)


@jobs.periodic("people.close_accounts", every=timedelta(hours=6))
def _close_accounts() -> None:
    write(leaving.close_accounts)


@jobs.periodic("sign_in.forget_attempts", every=timedelta(hours=6))
def _forget_attempts() -> None:
    write(throttle.forget_old)


@jobs.periodic("jobs.clean_up", every=timedelta(minutes=5))
def _clean_up() -> None:
    jobs.clean_up()


@jobs.periodic("journal.mail_head", every=timedelta(days=7))
def _mail_head() -> None:
    write(mail_head)


def mail_head() -> int:
    """Mail the head of the journal to every member: whoever rebuilds the whole chain cannot take these letters back."""
    length, head = journal.head()
    if length == 0:
        return 0
    everywhere = list(db.session.scalars(select(Organisation.id)))
    body = [
        say("das gemeinsame Protokoll hat heute %(length)s Einträge. Seine Prüfsumme ist %(head)s.", length=length, head=head),
        say("Bitte bewahren Sie diesen Brief auf: Mit ihm lässt sich zeigen, dass später niemand das Protokoll neu geschrieben hat."),
        say("Die Systembetreuung prüft es mit: verbund journal verify --head %(length)s:%(head)s", length=length, head=head),
    ]
    readers = {person.id for person in people_with(Permission.JOURNAL_READ, everywhere)}
    keepers = readers | {person.id for person in people_with(Permission.RULE_VALUE_CONFIRM, everywhere)}  # the mayors: every member has one
    for person_id in sorted(keepers):
        letters.post(person_id, say("Stand des Protokolls"), body, link="/verwaltung/protokoll" if person_id in readers else None, about=("journal", length))
    return len(keepers)


def chain_journal() -> int:
    """Chain what is new in the journal; ask before anything is locked."""
    db.session.rollback()
    if not db.session.scalar(select(exists().where(JournalEntry.sequence.is_(None)))):
        return 0
    return write(chain.chain)


STEPS: tuple[Callable[[], object], ...] = (sending.send_due, jobs.run_next, jobs.run_due, chain_journal)


def work_once() -> bool:
    """Do each kind of work once; tell whether there was any."""
    busy = [_step(step) for step in STEPS]  # every one of them: none waits for another to be idle
    return any(busy)


def _step(step: Callable[[], object]) -> bool:
    try:
        return bool(step())
    except Exception:
        logger.exception("%s failed", getattr(step, "__name__", step))
        return False
    finally:
        db.session.remove()


def name() -> str:
    """Return how this worker is called among others."""
    return f"{socket.gethostname()}:{os.getpid()}"


def work_until_done() -> None:
    """Do all the work there is, then end."""
    write(jobs.note_pulse, name())
    while not stopping.is_set() and work_once():
        pass


def work_forever(app: Flask) -> None:
    """Work until told to stop; a thread of its own says that the worker lives, however long a job takes."""
    threading.Thread(target=_beat, args=(app,), daemon=True).start()
    while not stopping.is_set():
        if not work_once():
            stopping.wait(PAUSE)


def _beat(app: Flask) -> None:
    while not stopping.is_set():
        with app.app_context():
            _step(functools.partial(write, jobs.note_pulse, name()))
        stopping.wait(PULSE_EVERY)


def stop(signum: int, frame: object) -> None:  # noqa: ARG001
    """End after the letter or the step of the job at hand."""
    stopping.set()
    jobs.stop()


def listen_to_signals() -> None:
    """End cleanly when the operating system asks for it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
