"""What the wings tell the roof about one person: tasks that wait, things that run, what a search finds."""

from dataclasses import dataclass
from datetime import UTC, datetime

import booking.queries
import cooperation.queries
import procurement.queries
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Hit, Task
from commons.words import Message, say
from verbund import outbox

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Running:
    """Hold one kind of thing that a person has under way."""

    title: Message
    tasks: list[Task]
    nothing: Message


def waiting_for(actor: Actor) -> list[Task]:
    """Return what waits for the person: first what cannot wait, then what is due soonest, then what has waited longest."""
    tasks = [*procurement.queries.tasks_for(actor), *booking.queries.tasks_for(actor), *cooperation.queries.tasks_for(actor), *outbox.tasks_for(actor)]
    return sorted(tasks, key=lambda task: (not task.cannot_wait, task.due or LATEST, task.since or LATEST))


def waiting_elsewhere(others: list[Actor]) -> list[tuple[Actor, int]]:
    """Return for which other organisations something waits for the person too, as a deputy or in a second role, and how much."""
    counted = [(other, len(waiting_for(other))) for other in others]
    return [(other, count) for other, count in counted if count]


def running_of(actor: Actor) -> list[Running]:
    """Return the person's own requests, bookings and measures, as far as the roles have such."""
    kinds = (
        (Permission.DEMAND_SUBMIT, procurement.queries.mine, say("Meine Bedarfsmeldungen"), say("Sie haben keine offene Bedarfsmeldung.")),
        (Permission.BOOKING_REQUEST, booking.queries.mine, say("Meine Buchungen"), say("Sie haben keine laufende Buchung.")),
        (Permission.MEASURE_PROPOSE, cooperation.queries.mine, say("Meine Maßnahmen"), say("Ihre Gemeinde nimmt an keiner Maßnahme teil.")),
    )
    return [Running(title=title, tasks=mine(actor), nothing=nothing) for permission, mine, title, nothing in kinds if actor.may(permission)]


def search(actor: Actor, text: str) -> list[Hit]:
    """Return what every wing finds, wing by wing."""
    return [*procurement.queries.search(actor, text), *booking.queries.search(actor, text), *cooperation.queries.search(actor, text)]
