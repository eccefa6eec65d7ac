"""A survey of demand: everybody is asked, who is missing is reminded, „kein Bedarf“ is an answer, the personal link needs no sign-in."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotAllowed
from commons.journal import entries_about
from commons.letters import Letter
from commons.permissions import Role
from procurement import intake
from procurement.intake.surveying import ClosesTooSoon, DemandReported, tend_rounds
from procurement.models import DemandRound, PurchaseRequest, RoundParticipation
from procurement.queries.surveys import missing
from procurement.stages import NotEditable, RequestStage, RoundAnswer, RoundStage
from tests.procurement.builders import consumables, lead, make_request, make_submitted, reloaded
from tests.world import TOWNS, sign_in

BEGIN, CLOSES = datetime(2026, 10, 1, 8, tzinfo=UTC), date(2026, 10, 30)
LINE = {"text": "Handlampe", "quantity": "4", "unit": "Stück", "price": "", "budget_account": "1"}


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(BEGIN):
        yield


@pytest.fixture
def survey(world):
    return write(intake.open_round, "Bedarf 2027", measure_id=consumables(), year=2027, closes_on=CLOSES, by=lead())


def answers(survey):
    query = select(RoundParticipation).where(RoundParticipation.round_id == survey.id)
    return {part.municipality.key: part.answer for part in db.session.scalars(query)}


def letters_to(survey, person_id):
    return list(db.session.scalars(select(Letter).where(Letter.about_kind == "demand_round", Letter.about_id == survey.id, Letter.person_id == person_id)))


def link_of(survey, world, town="bernsdorf", role=Role.CLERK):
    return letters_to(survey, world.person_id(town, role))[-1].link


def test_open_round_writes_to_everybody_who_may_report_demand(survey, world):
    assert answers(survey) == dict.fromkeys(TOWNS, RoundAnswer.MISSING)
    assert len(letters_to(survey, world.person_id("ossling", Role.CLERK))) == 1
    assert len(letters_to(survey, world.person_id("ossling", Role.BUILDING_YARD_HEAD))) == 1
    assert letters_to(survey, world.person_id("ossling", Role.MAYOR)) == []
    assert entries_about("demand_round", survey.id)[-1].act == "round.opened"


def test_letters_with_personal_links_are_confidential(survey, world):
    assert all(letter.confidential for letter in db.session.scalars(select(Letter).where(Letter.about_kind == "demand_round")))


def test_open_round_that_closes_today_is_refused(world):
    with pytest.raises(ClosesTooSoon):
        write(intake.open_round, "x", measure_id=consumables(), year=2027, closes_on=date(2026, 10, 1), by=lead())


def test_submitted_request_answers_the_survey(survey):
    request = make_submitted()

    assert request.round_id == survey.id
    assert answers(survey)["bernsdorf"] is RoundAnswer.DEMAND


def test_draft_is_no_answer_yet(survey):
    assert make_request().round_id == survey.id

    assert answers(survey)["bernsdorf"] is RoundAnswer.MISSING


def test_no_demand_is_an_answer(survey, world):
    write(intake.say_no_demand, survey.id, by=world.actor("neukirch", Role.CLERK))

    assert answers(survey)["neukirch"] is RoundAnswer.NO_DEMAND
    assert entries_about("demand_round", survey.id)[-1].act == "round.no_demand"


def test_no_demand_after_reported_demand_is_refused(survey, world):
    make_submitted()

    with pytest.raises(DemandReported):
        write(intake.say_no_demand, survey.id, by=world.actor("bernsdorf", Role.CLERK))


def test_remind_writes_only_to_who_is_missing(survey, world):
    make_submitted()

    assert write(intake.remind, survey.id, by=lead()) == 4

    assert len(letters_to(survey, world.person_id("bernsdorf", Role.CLERK))) == 1
    assert len(letters_to(survey, world.person_id("ossling", Role.CLERK))) == 2


def test_remind_by_another_town_is_refused(survey, world):
    with pytest.raises(NotAllowed):
        write(intake.remind, survey.id, by=world.actor("ossling", Role.PROCUREMENT_OFFICER))


def test_worker_reminds_a_week_before_and_only_once_a_day(survey, world):
    with stopped_at(datetime(2026, 10, 23, 6, tzinfo=UTC)):
        tend_rounds()
        tend_rounds()

    assert len(letters_to(survey, world.person_id("ossling", Role.CLERK))) == 2


def test_worker_closes_what_is_over(survey, world):
    with stopped_at(datetime(2026, 10, 31, 6, tzinfo=UTC)):
        tend_rounds()

    assert reloaded(survey).stage is RoundStage.CLOSED
    with pytest.raises(NotEditable):
        write(intake.say_no_demand, survey.id, by=world.actor("ossling", Role.CLERK))
    assert make_request().round_id is None


def test_personal_link_leads_from_lines_to_a_submitted_request(client, survey, world):
    link = link_of(survey, world)

    assert client.get(link).status_code == 200
    assert client.post(link, data=LINE).status_code == 302
    assert "Handlampe" in client.get(link).get_data(as_text=True)
    client.post(f"{link}/abgeben")

    request = db.session.scalars(select(PurchaseRequest)).one()
    assert (request.stage, request.submitted_by_id) == (RequestStage.SUBMITTED, world.person_id("bernsdorf", Role.CLERK))
    assert answers(survey)["bernsdorf"] is RoundAnswer.DEMAND


def test_personal_link_keeps_a_refused_line(client, survey, world):
    answer = client.post(link_of(survey, world), data=LINE | {"quantity": "1.250"})

    assert answer.status_code == 422
    assert 'value="1.250"' in answer.get_data(as_text=True)


def test_personal_link_takes_a_line_out_again(client, survey, world):
    link = link_of(survey, world)
    client.post(link, data=LINE)
    page = client.get(link).get_data(as_text=True)

    client.post(re.search(r'action="([^"]*/entfernen)"', page)[1])

    assert "Handlampe" not in client.get(link).get_data(as_text=True)


def test_personal_link_says_no_demand(client, survey, world):
    client.post(f"{link_of(survey, world, 'ossling')}/kein-bedarf")

    assert answers(survey)["ossling"] is RoundAnswer.NO_DEMAND


def test_personal_link_is_gone_after_the_last_day(client, survey, world):
    link = link_of(survey, world)

    with stopped_at(datetime(2026, 10, 30, 22, 59, tzinfo=UTC)):
        assert client.get(link).status_code == 200
    with stopped_at(datetime(2026, 10, 30, 23, 0, tzinfo=UTC)):
        assert client.get(link).status_code == 410


def test_link_that_was_never_given_out_is_not_found(client, survey):
    assert client.get("/beschaffung/abfrage/falsch").status_code == 404
    assert client.post("/beschaffung/abfrage/falsch/abgeben").status_code == 404


def test_survey_page_is_seen_by_those_asked(app_once, survey, world):
    client = app_once.test_client()
    expected = {
        ("ossling", Role.CLERK): 200,
        ("ossling", Role.BUILDING_YARD_HEAD): 200,
        ("ossling", Role.YARD_WORKER): 200,
        ("ossling", Role.ADMINISTRATOR): 403,
        ("schwepnitz", Role.CLERK): 404,
    }
    found = {}
    for reader in expected:
        sign_in(client, world.actor(*reader))
        found[reader] = client.get(f"/beschaffung/abfragen/{survey.id}").status_code

    assert found == expected


def test_survey_is_opened_reminded_and_closed_on_pages(client, world):
    measure_id = consumables()
    sign_in(client, lead())
    terms = {"title": "Bedarf 2028", "measure_id": measure_id, "year": 2028, "closes_on": "2026-09-01"}
    assert client.post("/beschaffung/abfragen/neu", data=terms).status_code == 422

    opened = client.post("/beschaffung/abfragen/neu", data=terms | {"closes_on": "2026-11-30"})
    assert "5 fehlende Gemeinden erinnern" in client.get(opened.location).get_data(as_text=True)
    client.post(f"{opened.location}/erinnern")
    client.post(f"{opened.location}/schliessen")

    assert db.session.scalars(select(DemandRound)).one().stage is RoundStage.CLOSED
    assert missing(db.session.scalars(select(DemandRound)).one()) != []
