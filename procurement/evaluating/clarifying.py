"""Ask a bidder about a doubtful point and keep the answer; a doubt is asked, never punished."""

from datetime import datetime

from commons import clock, letters
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.evaluating.examining import check_examinable
from procurement.models import Clarification
from procurement.queries.evaluation import get_clarification, get_finding
from procurement.queries.tenders import lock_tender
from procurement.telling import write_down


class QuestionMissing(RuleBroken):
    """A question to a bidder says what is to be explained."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie Ihre Frage auf."), field="text")


class TooShort(RuleBroken):
    """A bidder gets time to answer."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie eine Frist in der Zukunft an."), field="answer_until")


class AnswerMissing(RuleBroken):
    """An answer is entered as it came, once."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie die Antwort im Wortlaut wieder; eine eingetragene Antwort wird nicht geändert."), field="answer")


def ask_bidder(tender_id: int, finding_id: int, text: str, *, answer_until: datetime, by: Actor) -> Clarification:
    """Write to the bidder of a finding and ask for an explanation by a day."""
    tender = lock_tender(tender_id, by)
    check_examinable(tender)
    finding = get_finding(tender, finding_id)
    if not text.strip():
        raise QuestionMissing
    if answer_until <= clock.now():
        raise TooShort
    opened = finding.opened_bid
    body = [
        say("Sehr geehrte Damen und Herren, zu Ihrem Angebot %(reference)s bitten wir um Aufklärung.", reference=opened.bid.reference),
        say("%(text)s", text=text.strip()),
        say("Bitte antworten Sie bis zum %(until)s in Textform. Preise können dabei nicht geändert werden.", until=answer_until),
    ]
    subject = say("Aufklärung zu Ihrem Angebot: %(title)s", title=tender.title)
    letter = letters.post_to_address(opened.bid.invitation.address, subject, body, about=("tender", tender.id))
    db.session.flush()
    asked = Clarification(opened_bid_id=opened.id, finding_id=finding.id, text=text.strip(), asked_by_id=by.person_id, answer_until=answer_until)
    asked.letter_id = letter.id
    db.session.add(asked)
    db.session.flush()
    write_down(
        "evaluation.bidder_asked", tender, by=by, after={"bidder": opened.bidder, "finding": finding.id, "text": text.strip(), "until": str(answer_until)}
    )
    return asked


def enter_answer(tender_id: int, clarification_id: int, answer: str, *, by: Actor) -> Clarification:
    """Keep what the bidder answered, in its own words."""
    tender = lock_tender(tender_id, by)
    check_examinable(tender)
    asked = get_clarification(tender, clarification_id)
    if not answer.strip() or asked.answered_at is not None:
        raise AnswerMissing
    asked.answer, asked.answered_at, asked.entered_by_id = answer.strip(), clock.now(), by.person_id
    write_down("evaluation.answer_entered", tender, by=by, after={"bidder": asked.opened_bid.bidder, "clarification": asked.id, "answer": answer.strip()})
    return asked
