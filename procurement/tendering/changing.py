"""After publication: a change is a new version, everybody is told alike, and an essential one moves the deadline."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from sqlalchemy import inspect

from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import RuleBroken
from commons.money import cents
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say
from procurement.models import Tender, TenderCriterion, TenderPosition, TenderQuestion, TenderVersion
from procurement.queries.tender_documents import current_version, get_question
from procurement.queries.tender_values import proposal_for, rule_rows
from procurement.queries.tenders import get_buyer, invitations, lock_for_bidder, lock_tender
from procurement.queries.wording import unit_name
from procurement.rules.bid_check import fingerprint
from procurement.rules.deadlines import check_moved, is_answer_late
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_values import find_row
from procurement.telling import tell_bidders, tell_members, write_down, write_down_unseen
from procurement.tender_stages import check_running
from procurement.tendering.documents import as_shares, lower_shares
from procurement.tendering.own_prices import add_to_estimate, own_price, take_own_prices
from procurement.tendering.preparing import check_reason
from procurement.tendering.publishing import fix_version

ANSWER_DAYS = 6  # § 20 (3) VgV, where no dated row is in force
LEGAL_FORMS = frozenset({"", "ag", "co", "e.k", "ek", "e.v", "gbr", "gmbh", "kg", "kgaa", "mbh", "ohg", "se", "ug"})
COPIED_NOT = frozenset({"id", "number", "made_at", "made_by_id", "published_at", "deadline", "change_text", "is_essential", "document_id", "sheet_id"})


class HeavierNow(RuleBroken):
    """A change that asks for a heavier procedure is not made in the running one."""

    status = 409

    def __init__(self, name: Message) -> None:
        super().__init__(say("Mit dieser Änderung wäre „%(name)s“ das richtige Verfahren. Bitte heben Sie das laufende auf und beginnen Sie neu.", name=name))


class DeadlineGone(RuleBroken):
    """A new deadline lies in the future."""

    def __init__(self) -> None:
        super().__init__(say("Die neue Angebotsfrist muss in der Zukunft liegen."), field="deadline")


class LastBuyer(RuleBroken):
    """A tender without buyers is cancelled, not changed."""

    def __init__(self) -> None:
        super().__init__(say("Ohne diese Gemeinde gibt es keinen Käufer mehr. Bitte heben Sie das Verfahren auf."))


class NamesAFirm(RuleBroken):
    """Everybody reads question and answer, and nobody learns from them who asked."""

    def __init__(self, name: str, field: str) -> None:
        super().__init__(say("Der Text nennt „%(name)s“. Wer gefragt hat, bleibt ungenannt; bitte nehmen Sie den Namen heraus.", name=name), field=field)


@dataclass(frozen=True, kw_only=True)
class Change:
    """Hold what a new version changes: quantities by position number, the cover letter, whether it is essential."""

    text: str
    is_essential: bool
    deadline: datetime | None = None
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    cover_letter: str | None = None


def change_documents(tender_id: int, change: Change, *, by: Actor) -> TenderVersion:
    """Publish a new version; bidders are told, an essential change moves the deadline, bids on the old version are flagged."""
    tender = lock_tender(tender_id, by)
    check_running(tender.stage)
    check_reason(change.text)
    version = _copy(tender, change, by)
    for position in version.positions:
        if position.number in change.quantities:
            _count_more(tender, position, change.quantities[position.number], by)
            _requantify(position, lower_shares(position, change.quantities[position.number]))
    return _publish(tender, version, change, by=by)


def withdraw_buyer(tender_id: int, municipality_id: int, *, reason: str, deadline: datetime | None, by: Actor) -> TenderVersion:
    """Let a municipality leave before the deadline: a new version with lower quantities, the procedure is recomputed."""
    tender = lock_tender(tender_id, by)
    check_running(tender.stage)
    check_reason(reason)
    buyer = get_buyer(tender, municipality_id)
    if sum(other.withdrawn_at is None for other in tender.buyers) < 2:
        raise LastBuyer
    buyer.withdrawn_at, buyer.withdrawn_reason = clock.now(), reason.strip()
    take_own_prices(tender, by=by)
    text = f"{buyer.municipality.name} nimmt nicht mehr teil; die Mengen sinken entsprechend. {reason.strip()}"
    change = Change(text=text, is_essential=True, deadline=deadline)
    version = _copy(tender, change, by)
    for position in version.positions:
        _requantify(position, {int(key): Decimal(share) for key, share in position.shares.items() if int(key) != municipality_id})
    for empty in [position for position in version.positions if position.quantity == 0]:
        db.session.delete(empty)
    db.session.flush()
    db.session.expire(version, ["positions"])
    return _publish(tender, version, change, by=by)


def _copy(tender: Tender, change: Change, by: Actor) -> TenderVersion:
    old = current_version(tender)
    values = {column.key: getattr(old, column.key) for column in inspect(TenderVersion).column_attrs if column.key not in COPIED_NOT}
    version = TenderVersion(**values, number=old.number + 1, made_by_id=by.person_id, change_text=change.text.strip(), is_essential=change.is_essential)
    version.cover_letter = change.cover_letter or old.cover_letter
    version.criteria = [TenderCriterion(order=one.order, name=one.name, weight=one.weight, scale=one.scale) for one in old.criteria]
    version.positions = [_copy_position(position) for position in old.positions]
    db.session.add(version)
    db.session.flush()
    return version


def _copy_position(old: TenderPosition) -> TenderPosition:
    names = [column.key for column in inspect(TenderPosition).column_attrs if column.key not in {"id", "version_id"}]
    return TenderPosition(**{name: getattr(old, name) for name in names})


def _requantify(position: TenderPosition, shares: Mapping[int, Decimal]) -> None:
    position.quantity = sum(shares.values(), Decimal(0))
    position.shares = as_shares(shares)
    position.fingerprint = fingerprint(position.number, position.text, position.quantity, unit_name(position.unit))


def _count_more(tender: Tender, position: TenderPosition, wanted: Decimal, by: Actor) -> None:
    """Count a greater quantity in the estimate at the members' own prices; a smaller one never lowers it."""
    more = Fraction(wanted - position.quantity) * own_price(position.bundle_position_id)
    if more > 0:
        add_to_estimate(tender, position.tender_lot_id, cents(more), f"Mehrmenge Position {position.number}", by=by)


def _publish(tender: Tender, version: TenderVersion, change: Change, *, by: Actor) -> TenderVersion:
    _check_procedure(tender)
    move_deadline(tender, change.deadline, is_essential=change.is_essential)
    fix_version(tender, version, by=by)
    subject = say("Unterlagen geändert: %(title)s", title=tender.title)
    body = [
        say("Es gilt jetzt Fassung %(number)s. %(text)s", number=version.number, text=change.text.strip()),
        say("Die Angebotsfrist endet am %(deadline)s.", deadline=tender.deadline),
        say("Ein Angebot auf die frühere Fassung prüfen Sie bitte: Sie können es bis zum Ende der Frist ersetzen oder zurückziehen."),
    ]
    tell_bidders(tender, subject, body)
    tell_members(tender, Permission.TENDER_EDIT, subject, body, by=by)
    after = {"version": version.number, "essential": change.is_essential, "text": change.text, "deadline": str(tender.deadline)}
    write_down("tender.documents_changed", tender, by=by, before={"version": version.number - 1}, after=after)
    return version


def _check_procedure(tender: Tender) -> None:
    """Recompute the procedure by the rules of its first day; a heavier one stops the change, a lighter one does not matter."""
    proposal = proposal_for(tender)
    tender.estimated_net = proposal.net
    order = list(Procedure)
    if tender.procedure is not None and order.index(proposal.procedure) > order.index(tender.procedure):
        raise HeavierNow(proposal.name)


def move_deadline(tender: Tender, deadline: datetime | None, *, is_essential: bool) -> None:
    """Move the deadline where a new one is given; refuse to keep it after an essential change."""
    if tender.deadline is None:
        raise DeadlineGone
    if deadline is not None and deadline <= clock.now():
        raise DeadlineGone
    check_moved(old=tender.deadline, new=deadline or tender.deadline, is_essential=is_essential)
    tender.deadline = deadline or tender.deadline


def ask(tender_id: int, text: str, *, invitation_id: int | None) -> TenderQuestion:
    """Take a question about the documents; who asked is kept for the record and shown to nobody else."""
    tender = lock_for_bidder(tender_id)
    check_running(tender.stage)
    if not text.strip():
        raise RuleBroken(say("Bitte schreiben Sie Ihre Frage auf."), field="text")
    question = TenderQuestion(tender_id=tender.id, invitation_id=invitation_id, text=text.strip())
    db.session.add(question)
    db.session.flush()
    subject = say("Bieterfrage zu „%(title)s“", title=tender.title)
    tell_members(tender, Permission.TENDER_EDIT, subject, [say("Eine Frage wartet auf die Antwort an alle.")], by=None)
    write_down_unseen("tender.question_asked", tender, after={"question": question.id})
    return question


def answer(tender_id: int, question_id: int, *, published_text: str, text: str, deadline: datetime | None = None, by: Actor) -> TenderQuestion:
    """Answer a question to all alike, without the asker's name; an answer shortly before the deadline moves it (§ 20 (3) VgV)."""
    tender = lock_tender(tender_id, by)
    check_running(tender.stage)
    question = get_question(tender, question_id)
    if question.answered_at is not None:
        raise RuleBroken(say("Diese Frage ist schon beantwortet."))
    if not published_text.strip() or not text.strip():
        raise RuleBroken(say("Bitte schreiben Sie Frage und Antwort so auf, wie alle sie lesen sollen."), field="text")
    for field_, said in (("published_text", published_text), ("text", text)):
        _check_anonymous(tender, said, field_)
    move_deadline(tender, deadline, is_essential=is_answer_due_late(tender))
    question.published_text, question.answer = published_text.strip(), text.strip()
    question.answered_at, question.answered_by_id = clock.now(), by.person_id
    subject = say("Frage und Antwort: %(title)s", title=tender.title)
    body = [
        say("Frage: %(text)s", text=question.published_text),
        say("Antwort: %(text)s", text=question.answer),
        say("Angebotsfrist: %(deadline)s.", deadline=tender.deadline),
    ]
    count = tell_bidders(tender, subject, body)
    write_down("tender.question_answered", tender, by=by, after={"question": question.id, "told": count, "deadline": str(tender.deadline)})
    return question


def _check_anonymous(tender: Tender, text: str, field_: str) -> None:
    for firm in invitations(tender):
        if any(name.casefold() in text.casefold() for name in (firm.address, firm.name, _spoken(firm.name)) if name):
            raise NamesAFirm(firm.name, field_)


def _spoken(name: str) -> str:
    """Return a firm's name as people say it, without its legal form; empty where one word alone is left."""
    words = [word for word in name.split() if word.casefold().strip(".,&") not in LEGAL_FORMS]
    return " ".join(words) if len(words) > 1 else ""


def is_answer_due_late(tender: Tender) -> bool:
    """Tell whether an answer given now comes so shortly before the deadline that it moves it."""
    row = find_row(rule_rows(), "eu", "additional_information_days", tender.begins_on)
    days = int(row.number) if row and row.number else ANSWER_DAYS
    return tender.deadline is not None and is_answer_late(today_of(clock.now()), deadline=today_of(tender.deadline), days=days)
