"""A doubtful line is asked back by a personal link; the answer stays with the request, and the line as it was."""

import pytest
from sqlalchemy import select

from commons.database import db, write
from commons.errors import NotFound
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from procurement import intake
from procurement.intake.asking_back import AnsweredAlready, AskedAlready, OwnLine, QuestionEmpty
from procurement.models import LineQuestion
from tests.procurement.builders import lead, make_approved, make_bundle, make_submitted, reloaded
from tests.world import sign_in

QUESTION = "Sind Ries oder Karton gemeint?"


@pytest.fixture
def asked(world):
    """Return the question of the holder of funds on the first line of a submitted request, and the link to answer it."""
    request = make_submitted()
    found = write(intake.ask_back, request.id, request.lines[0].id, question=QUESTION, by=world.actor("bernsdorf", Role.BUDGET_HOLDER))
    letter = db.session.scalars(select(Letter).where(Letter.confidential)).one()
    return found, letter.link


def test_question_goes_to_the_sender_alone_and_is_written_down(asked, world):
    question, link = asked

    assert question.person_id == world.person_id("bernsdorf", Role.CLERK)
    assert entries_about("purchase_request", question.line.request_id)[-1].act == "request.line_asked_back"
    assert link.startswith("/beschaffung/rueckfrage/")


def test_answer_without_signing_in_stays_with_the_request(client, asked, world):
    question, link = asked
    assert QUESTION in client.get(link).get_data(as_text=True)

    empty = client.post(link, data={"is_right": "no", "answer": ""})
    client.post(link, data={"is_right": "no", "answer": "10 Karton"})

    assert empty.status_code == 422
    kept = reloaded(question)
    assert (kept.is_right, kept.answer, str(kept.line.quantity_sent)) == (False, "10 Karton", "10.000000")
    assert entries_about("purchase_request", kept.line.request_id)[-1].act == "request.line_answered"
    sign_in(client, world.actor("bernsdorf", Role.BUDGET_HOLDER))
    assert "10 Karton" in client.get(f"/beschaffung/bedarf/{kept.line.request_id}").get_data(as_text=True)
    told = db.session.scalars(select(Letter).where(Letter.person_id == world.person_id("bernsdorf", Role.BUDGET_HOLDER)).order_by(Letter.id.desc())).first()
    assert "Antwort auf Ihre Rückfrage" in str(told.subject_line)


def test_second_answer_is_refused(asked):
    secret = asked[1].rsplit("/", 1)[1]
    write(intake.answer_question, secret, is_right=True, answer="")

    with pytest.raises(AnsweredAlready):
        write(intake.answer_question, secret, is_right=True, answer="")


@pytest.mark.parametrize(("role", "question", "refusal"), [(Role.BUDGET_HOLDER, " ", QuestionEmpty), (Role.CLERK, "?", OwnLine)], ids=["empty", "own"])
def test_question_that_leads_nowhere_is_refused(world, role, question, refusal):
    request = make_submitted()

    with pytest.raises(refusal):
        write(intake.ask_back, request.id, request.lines[0].id, question=question, by=world.actor("bernsdorf", role))


def test_second_open_question_on_a_line_is_refused(asked, world):
    line = asked[0].line

    with pytest.raises(AskedAlready):
        write(intake.ask_back, line.request_id, line.id, question="Und?", by=world.actor("bernsdorf", Role.MAYOR))


def test_lead_asks_what_it_bundles_and_a_foreign_town_nothing(client, world):
    request = make_approved()
    make_bundle(request)
    address = f"/beschaffung/bedarf/{request.id}/zeilen/{request.lines[0].id}/rueckfrage"
    sign_in(client, lead())

    assert client.post(address, data={"question": QUESTION}).status_code == 302
    sign_in(client, world.actor("ossling", Role.CLERK))
    assert client.get(address).status_code == 404
    with pytest.raises(NotFound):
        write(intake.ask_back, request.id, request.lines[0].id, question="?", by=world.actor("ossling", Role.CLERK))
    assert len(db.session.scalars(select(LineQuestion)).all()) == 1


def test_unknown_link_is_no_page(client):
    assert client.get("/beschaffung/rueckfrage/unbekannt").status_code == 404
