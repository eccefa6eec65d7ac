"""What the wings tell the roof about one person: tasks that wait, things that run, what a search finds."""

from dataclasses import dataclass
from datetime import UTC, datetime

import booking.queries
import cooperation.queries
import procurement.queries
from commons.people import Actor
from commons.tasks import Hit, Task
from commons.words import Message, say

LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Running:
    """Hold one kind of thing that a person has under way."""

    title: Message
    tasks: list[Task]
    nothing: Message


def waiting_for(actor: Actor) -> list[Task]:
    """Return what waits for the person: first what is due soonest, then what has waited longest."""
    tasks = [*procurement.queries.tasks_for(actor), *booking.queries.tasks_for(actor), *cooperation.queries.tasks_for(actor)]
    return sorted(tasks, key=lambda task: (task.due or LATEST, task.since or LATEST))


def running_of(actor: Actor) -> list[Running]:
    """Return the person's own requests, bookings and measures."""
    return [
        Running(title=say("Meine Bedarfsmeldungen"), tasks=procurement.queries.mine(actor), nothing=say("Sie haben keine offene Bedarfsmeldung.")),
        Running(title=say("Meine Buchungen"), tasks=booking.queries.mine(actor), nothing=say("Sie haben keine laufende Buchung.")),
        Running(title=say("Meine Maßnahmen"), tasks=cooperation.queries.mine(actor), nothing=say("Ihre Kommune nimmt an keiner Maßnahme teil.")),
    ]


def search(actor: Actor, text: str) -> list[Hit]:
    """Return what every wing finds, wing by wing."""
    return [*procurement.queries.search(actor, text), *booking.queries.search(actor, text), *cooperation.queries.search(actor, text)]
