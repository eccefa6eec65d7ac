"""Every question to the tables of procurement, scoped to who asks."""

from commons.people import Actor
from commons.tasks import Hit, Task


def tasks_for(actor: Actor) -> list[Task]:  # noqa: ARG001
    """Return what waits for this person."""
    return []


def mine(actor: Actor) -> list[Task]:  # noqa: ARG001
    """Return the person's running things."""
    return []


def search(actor: Actor, text: str) -> list[Hit]:  # noqa: ARG001
    """Return what the search finds."""
    return []
