"""What cannot wait, for the start page."""

from dataclasses import replace

from booking.models import Displacement, Effect, IncidentKind
from booking.periods import in_words
from booking.queries.displaced import unread
from booking.queries.handover import at_risk, today
from booking.queries.incidents import asked_of, running
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Task
from commons.words import Message, say

SENTENCES: dict[Effect, Message] = {
    Effect.DISPLACED: say("Ihre Buchung entfällt: %(device)s"),
    Effect.RECALLED: say("Bitte sofort zurückbringen: %(device)s"),
    Effect.WARNED: say("Ihre Buchung ist gefährdet: %(device)s"),
}

STANDING: dict[IncidentKind, Message] = {
    IncidentKind.INCIDENT: say("Nach dem Einsatz bereit melden: %(devices)s"),
    IncidentKind.RECALL: say("Nach dem Rückruf bereit melden: %(devices)s"),
}


def urgent(actor: Actor) -> list[Task]:
    """Return what somebody lost, what incidents ask for and still hold, and what is late."""
    at_once = [*_asked(actor), *(_lost(one) for one in unread(actor)), *_at_risk(actor)]
    return [*(replace(task, cannot_wait=True) for task in at_once), *_standing(actor), *_late(actor)]


def _at_risk(actor: Actor) -> list[Task]:
    """Return which own bookings wait for a device that is not back."""
    return [
        Task(
            title=say("Noch nicht zurück: %(device)s, Ihre Buchung ist gefährdet", device=", ".join(item.resource.name for item in booking.items)),
            endpoint="reserving.show_booking",
            values={"booking_id": booking.id},
            detail=in_words(booking.starts_at, booking.ends_at),
            due=booking.starts_at,
        )
        for booking in at_risk(actor)
    ]


def _lost(displacement: Displacement) -> Task:
    return Task(
        title=say(SENTENCES[displacement.effect].text, device=displacement.resource.name),
        endpoint="displaced.show_displacement",
        values={"displacement_id": displacement.id},
        detail=in_words(displacement.starts_at, displacement.ends_at),
        since=displacement.told_at,
    )


def _asked(actor: Actor) -> list[Task]:
    if not (actor.may(Permission.INCIDENT_DECLARE) or actor.may(Permission.BOOKING_APPROVE)):
        return []
    return [
        Task(
            title=say("Freigabe für einen Einsatz: %(device)s", device=item.resource.name),
            endpoint="incidents.show",
            values={"incident_id": item.incident_id},
            since=item.incident.entered_at,
        )
        for item in asked_of(actor)
    ]


def _standing(actor: Actor) -> list[Task]:
    if not actor.may(Permission.INCIDENT_DECLARE):
        return []
    return [
        Task(
            title=say(STANDING[incident.kind].text, devices=", ".join(item.resource.name for item in incident.items)),
            endpoint="incidents.show",
            values={"incident_id": incident.id},
            since=incident.started_at,
        )
        for incident in running(actor)
    ]


def _late(actor: Actor) -> list[Task]:
    """Return what should be back already."""
    if not actor.may(Permission.HANDOVER_RECORD):
        return []
    return [
        Task(
            title=say("Überfällig: %(devices)s", devices=", ".join(item.resource.name for item in booking.items)),
            endpoint="handover.take_back",
            values={"booking_id": booking.id},
            detail=say("%(organisation)s", organisation=booking.for_organisation.name),
            due=booking.ends_at,
        )
        for booking in today(actor).late
    ]
