"""Prove every night that nothing is taken twice, and say so where it is."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from booking.queries.audit import Excess, Unheld, excesses, unheld
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
    found, without = excesses(), unheld()
    db.session.rollback()
    if found or without:
        write(_tell, found, without)


def _tell(found: Sequence[Excess], without: Sequence[Unheld]) -> None:
    named = [
        say("„%(device)s“ ab %(at)s: %(taken)s vergeben, %(there)s vorhanden.", device=one.resource, at=one.at, taken=one.taken, there=one.there)
        for one in found[:MOST_NAMED]
    ]
    named += [say("Buchung %(booking)s hält „%(device)s“ nicht.", booking=one.booking_id, device=one.resource) for one in without[:MOST_NAMED]]
    body = [
        say("die nächtliche Prüfung hat Zeiten gefunden, in denen mehr vergeben ist, als es gibt, oder Buchungen, die ihre Zeit nicht halten."),
        *named,
        say("Bitte klären Sie die Buchungen mit den Beteiligten. Alle Fälle zeigt: verbund booking audit"),
    ]
    for person in people_with(Permission.PERSON_MANAGE, list(db.session.scalars(select(Organisation.id)))):
        letters.post(person.id, say("Doppelt vergebene Geräte"), body)
    after: dict[str, Any] = {"excesses": [{"resource": one.resource, "at": one.at.isoformat(), "taken": one.taken, "there": one.there} for one in found]}
    after["unheld"] = [{"booking": one.booking_id, "resource": one.resource} for one in without]
    journal.record("booking.audit_failed", subject=("booking", None), by=None, after=after)
