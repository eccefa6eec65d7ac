"""Which questions on lines there are, and which of them a personal link opens."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from commons.database import db
from commons.tokens import VisitorLink, find_visitor, hash_of
from procurement.models import LineQuestion, PurchaseRequest, PurchaseRequestLine

SCOPE = "line_question"


def find_question(secret: str) -> LineQuestion | None:
    """Return the question that a personal link in force opens."""
    link = find_visitor(secret, SCOPE)
    return db.session.get(LineQuestion, link.subject_id) if link is not None else None


def was_asked(secret: str) -> bool:
    """Tell whether a link was ever given out, though it may no longer be in force."""
    query = select(VisitorLink.id).where(VisitorLink.token_hash == hash_of(secret), VisitorLink.scope == SCOPE)
    return db.session.scalar(query) is not None


def questions_on(request: PurchaseRequest) -> list[LineQuestion]:
    """Return what was asked back on the lines of a request that the caller has already loaded for its actor."""
    query = select(LineQuestion).join(PurchaseRequestLine).where(PurchaseRequestLine.request_id == request.id)
    return list(db.session.scalars(query.options(joinedload(LineQuestion.line)).order_by(LineQuestion.id)))
