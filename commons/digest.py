"""The daily digest: one mail a day instead of one a letter, for whoever wants it so."""

from sqlalchemy import exists, select

from commons import letters
from commons.calendar_days import berlin, day_bounds, today_of
from commons.clock import now
from commons.database import db
from commons.letters import Letter, LetterStage
from commons.sending import full_link
from commons.words import Message, say

HOUR = 6  # before the day at the yard begins
ABOUT = "digest"


def post_digests() -> int:
    """Gather what was collected for each person into one letter, once a day; return how many letters were written."""
    if berlin(now()).hour < HOUR:
        return 0
    collected = db.session.scalars(select(Letter).where(Letter.stage == LetterStage.COLLECTED).order_by(Letter.id)).all()
    by_person: dict[int, list[Letter]] = {}
    for letter in collected:
        if letter.person_id is not None:
            by_person.setdefault(letter.person_id, []).append(letter)
    waiting = {person_id: gathered for person_id, gathered in by_person.items() if not _had_one_today(person_id)}
    for person_id, gathered in waiting.items():
        _post(person_id, gathered)
    return len(waiting)


def _had_one_today(person_id: int) -> bool:
    start, end = day_bounds(today_of(now()))
    return bool(
        db.session.scalar(
            select(exists().where(Letter.person_id == person_id, Letter.about_kind == ABOUT, Letter.created_at >= start, Letter.created_at < end))
        )
    )


def _post(person_id: int, gathered: list[Letter]) -> None:
    body: list[Message] = []
    for letter in gathered:
        body += [say("— %(subject)s —", subject=letter.subject_line), *letter.paragraphs]
        if letter.link:
            body.append(say("Mehr dazu: %(address)s", address=full_link(letter.link)))
    digest = letters.post(person_id, say("Ihre Nachrichten: %(count)s", count=len(gathered)), body, about=(ABOUT, person_id))
    if digest.stage is LetterStage.COLLECTED:
        digest.stage = LetterStage.WAITING
    db.session.flush()
    for letter in gathered:
        letter.stage, letter.digest_id, letter.finished_at = LetterStage.SENT, digest.id, now()
