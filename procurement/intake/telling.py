"""What is told and written down when a request moves on."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from commons import journal, letters
from commons.database import db
from commons.municipalities import Organisation
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, say
from procurement.models import PurchaseRequest


def link_to(request: PurchaseRequest) -> str:
    """Return the path of a request's page."""
    return f"/beschaffung/bedarf/{request.id}"


def tell_approvers(request: PurchaseRequest, *, by: Actor) -> None:
    """Write to those who approve for the paying municipality."""
    places = list(db.session.scalars(select(Organisation.id).where(Organisation.municipality_id == request.municipality_id).order_by(Organisation.id)))
    people = [person.id for person in people_with(Permission.DEMAND_APPROVE, places)]
    subject = say("Bedarfsmeldung „%(title)s“ zur Genehmigung", title=request.title)
    body = [
        say("%(person)s (%(organisation)s) hat eine Bedarfsmeldung eingereicht.", person=by.person_name, organisation=request.organisation.name),
        say("Bitte prüfen Sie die Zeilen und die Produktsachkonten und genehmigen Sie die Meldung oder geben Sie sie zurück."),
    ]
    tell(people, subject, body, request=request, by=by)


def tell_authors(request: PurchaseRequest, subject: Message, body: list[Message], *, by: Actor) -> None:
    """Write to those who wrote and submitted a request, but not to the one who acts."""
    tell([request.created_by_id, request.submitted_by_id], subject, body, request=request, by=by)


def tell(people: Iterable[int | None], subject: Message, body: list[Message], *, request: PurchaseRequest, by: Actor) -> None:
    """Write one letter to each person concerned."""
    for person_id in dict.fromkeys(people):
        if person_id is not None and person_id != by.person_id:
            letters.post(person_id, subject, body, link=link_to(request), about=("purchase_request", request.id))


def write_down(act: str, request: PurchaseRequest, *, by: Actor, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None) -> None:
    """Record what was done to a request in the journal."""
    journal.record(act, subject=("purchase_request", request.id), by=by, before=before, after=after, municipalities=[request.municipality_id])
