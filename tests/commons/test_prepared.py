"""A prepared statement says the same as the session would."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import IntegrityError, PendingRollbackError

from commons.database import constraint_of, db, engine_name, write
from commons.letters import Letter, LetterStage
from commons.permissions import Role
from commons.prepared import Prepared

AT = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
COLUMNS = (Letter.id, Letter.created_at, Letter.stage, Letter.subject, Letter.calendar, Letter.confidential, Letter.attempts)
QUERY = select(*COLUMNS).where(Letter.message_id == bindparam("message_id"), Letter.created_at <= bindparam("at")).limit(1)
INSERT = Prepared(
    insert(Letter.__table__).returning(Letter.__table__.c.id), "created_at", "subject", "body", "calendar", "message_id", "stage", "next_attempt_at"
)


def letter(**more):
    values = {"created_at": AT, "subject": {"text": "Ä"}, "body": [], "calendar": b"\x00ical", "message_id": "<a@b>", "stage": LetterStage.WAITING}
    return {**values, "next_attempt_at": AT} | more


def test_prepared_rows_are_those_of_the_session(app):
    number = INSERT.number(letter())

    [row] = Prepared(QUERY).all({"message_id": "<a@b>", "at": AT})

    assert row == tuple(db.session.execute(QUERY, {"message_id": "<a@b>", "at": AT}).one())
    assert row == (number, AT, LetterStage.WAITING, {"text": "Ä"}, b"\x00ical", False, 0)


def test_prepared_query_without_rows_returns_none(app):
    assert Prepared(QUERY).first({"message_id": "<nobody@b>", "at": AT}) is None


def test_prepared_statement_fails_as_the_session_does(app):
    INSERT.run(letter())

    with pytest.raises(IntegrityError) as refusal:
        INSERT.run(letter())
    assert constraint_of(refusal.value) == {"sqlite": "letter.message_id", "postgresql": "uq_letter_message_id"}[engine_name()]


def test_prepared_statement_is_rolled_back_with_its_transaction(app, world):
    def verb() -> None:
        INSERT.run(letter(person_id=world.person_id("ossling", Role.CLERK)))
        raise LookupError

    with pytest.raises(LookupError):
        write(verb)
    assert Prepared(QUERY).first({"message_id": "<a@b>", "at": AT}) is None


def test_prepared_statement_refuses_as_the_session_does_until_a_failed_transaction_is_rolled_back(app):
    INSERT.run(letter())
    db.session.add(Letter(**letter()))
    with pytest.raises(IntegrityError):
        db.session.flush()

    with pytest.raises(PendingRollbackError):
        INSERT.run(letter(message_id="<b@b>"))
    db.session.rollback()
    assert Prepared(QUERY).first({"message_id": "<b@b>", "at": AT}) is None


def test_prepared_statement_runs_in_the_transaction_of_now(app):
    for number in range(3):
        INSERT.run(letter(message_id=f"<{number}@b>"))
        db.session.rollback()
    with db.session.begin_nested() as inner:
        INSERT.run(letter())
        inner.rollback()

    assert db.session.execute(select(Letter.id)).all() == []
