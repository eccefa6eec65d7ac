"""What waits in the administration: letters that did not arrive or want printing, and background work that stands still."""

from commons import jobs, letters
from commons.letters import LetterStage
from commons.people import Actor
from commons.permissions import Permission
from commons.tasks import Task
from commons.words import Message, say

LETTERS: dict[LetterStage, Message] = {
    LetterStage.FAILED: say("Briefe, die nicht verschickt werden konnten: %(count)s"),
    LetterStage.BOUNCED: say("Briefe, die zurückkamen: %(count)s"),
    LetterStage.TO_PRINT: say("Briefe zum Ausdrucken: %(count)s"),
}


def tasks_for(actor: Actor) -> list[Task]:
    """Return what waits for the actor."""
    found: list[Task] = []
    if actor.may(Permission.LETTER_READ):
        counts = {stage: letters.count_of(actor, stage) for stage in LETTERS}
        found += [Task(title=say(LETTERS[stage].text, count=count), endpoint="administration.list_letters") for stage, count in counts.items() if count]
    if actor.may(Permission.PERSON_MANAGE) and not jobs.is_worker_alive():
        detail = say("Solange er steht, geht kein Brief hinaus und läuft keine Arbeit im Hintergrund.")
        found.append(Task(title=say("Der Hintergrunddienst läuft nicht"), endpoint="administration.show", detail=detail))
    return found
