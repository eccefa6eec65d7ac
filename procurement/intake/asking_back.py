"""Ask a single doubtful line back to whoever sent it; the answer comes through a personal link and stays with the request."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select

from commons import clock, journal, letters, tokens
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.people import Actor
from commons.words import Message, say
from procurement.intake.telling import link_to
from procurement.models import LineQuestion, PurchaseRequest
from procurement.queries.questions import SCOPE, find_question
from procurement.queries.requests import get_line, get_request

OPEN_FOR = timedelta(days=30)


class QuestionEmpty(RuleBroken):
    """Whoever asks back says what is doubtful."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie, was an dieser Zeile unklar ist."), field="question")


class OwnLine(RuleBroken):
    """Nobody asks themselves."""

    def __init__(self) -> None:
        super().__init__(say("Diese Zeile haben Sie selbst gemeldet."), field="question")


class AskedAlready(RuleBroken):
    """One open question a line is enough."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Zu dieser Zeile ist schon eine Rückfrage offen."), field="question")


class AnsweredAlready(RuleBroken):
    """A question is answered once."""

    status = 409

    def __init__(self) -> None:
        super().__init__(say("Diese Rückfrage ist schon beantwortet. Vielen Dank."))


class AnswerMissing(RuleBroken):
    """Whoever says that a line is wrong says what is right."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie, was richtig ist."), field="answer")


def ask_back(request_id: int, line_id: int, *, question: str, by: Actor) -> LineQuestion:
    """Write to the sender of a line with a personal link; whoever may see the line may ask."""
    request = get_request(request_id, by)
    line = get_line(request, line_id)
    if not question.strip():
        raise QuestionEmpty
    sender = request.submitted_by_id or request.created_by_id
    if sender == by.person_id:
        raise OwnLine
    if db.session.scalar(select(LineQuestion.id).where(LineQuestion.line_id == line.id, LineQuestion.answered_at.is_(None))) is not None:
        raise AskedAlready
    asked = LineQuestion(line_id=line.id, person_id=sender, question=question.strip(), asked_by_id=by.person_id, asked_for_id=by.municipality_id)
    db.session.add(asked)
    db.session.flush()
    secret = tokens.invite(SCOPE, asked.id, until=clock.now() + OPEN_FOR, by=by)
    body = [
        say(
            "%(person)s (%(town)s) fragt zu Zeile %(number)s „%(text)s“:", person=by.person_name, town=by.municipality_name, number=line.number, text=line.text
        ),
        say("%(question)s", question=asked.question),
        say("Der folgende Verweis gilt nur für Sie und führt ohne Anmeldung zur Antwort."),
    ]
    subject = say("Rückfrage zu „%(title)s“, Zeile %(number)s", title=request.title, number=line.number)
    letters.post_confidential(sender, subject, body, link=f"/beschaffung/rueckfrage/{secret}", about=("purchase_request", request.id))
    _write_down("request.line_asked_back", request, by=by, after={"line": line.number, "question": asked.question}, asker=by.municipality_id)
    return asked


def answer_question(secret: str, *, is_right: bool, answer: str) -> LineQuestion:
    """Answer through a personal link: the line is right as it stands, or what would be right."""
    asked = find_question(secret)
    if asked is None:
        raise NotFound
    if asked.answered_at is not None:
        raise AnsweredAlready
    if not is_right and not answer.strip():
        raise AnswerMissing
    asked.is_right, asked.answer, asked.answered_at = is_right, answer.strip() or None, clock.now()
    request = asked.line.request
    body = [say("Zeile %(number)s „%(text)s“:", number=asked.line.number, text=asked.line.text), _answer_words(asked)]
    subject = say("Antwort auf Ihre Rückfrage zu „%(title)s“", title=request.title)
    letters.post(asked.asked_by_id, subject, body, link=link_to(request), about=("purchase_request", request.id))
    after = {"line": asked.line.number, "right": is_right, "answer": asked.answer, "answered_by": asked.person.name}
    _write_down("request.line_answered", request, by=None, after=after, asker=asked.asked_for_id)
    return asked


def _answer_words(asked: LineQuestion) -> Message:
    if asked.is_right:
        return say("Die Zeile ist so richtig. %(answer)s", answer=asked.answer or "")
    return say("Richtig ist: %(answer)s", answer=asked.answer or "")


def _write_down(act: str, request: PurchaseRequest, *, by: Actor | None, after: Mapping[str, object], asker: int) -> None:
    journal.record(act, subject=("purchase_request", request.id), by=by, after=after, municipalities=sorted({request.municipality_id, asker}))
