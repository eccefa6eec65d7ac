"""Prove every night that nothing is taken twice, and say so where it is."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from booking.queries.audit import Excess, excesses
from commons import jobs, journal, letters
from commons.database import db, write
from commons.municipalities import Organisation
from commons.people import people_with
from commons.permissions import Permission
from commons.words import say

MOST_NAMED = 20


@jobs.periodic("booking.audit", every=timedelta(days=1))
def audit() -> None:
    """Sweep the plan; what is taken twice is written down and told to those who keep the system."""
    found = excesses()
    db.session.rollback()
    if found:
        write(_tell, found)


def _tell(found: Sequence[Excess]) -> None:
    named = [
        say("„%(device)s“ ab %(at)s: %(taken)s vergeben, %(there)s vorhanden.", device=one.resource, at=one.at, taken=one.taken, there=one.there)
        for one in found[:MOST_NAMED]
    ]
    body = [
        say("die nächtliche Prüfung hat Zeiten gefunden, in denen mehr vergeben ist, als es gibt."),
        *named,
        say("Bitte klären Sie die Buchungen mit den Beteiligten. Alle Fälle zeigt: verbund booking audit"),
    ]
    for person in people_with(Permission.PERSON_MANAGE, list(db.session.scalars(select(Organisation.id)))):
        letters.post(person.id, say("Doppelt vergebene Geräte"), body)
    after = {"excesses": [{"resource": one.resource, "at": one.at.isoformat(), "taken": one.taken, "there": one.there} for one in found]}
    journal.record("booking.audit_failed", subject=("booking", None), by=None, after=after)
