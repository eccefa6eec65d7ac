"""The start page, the search, the help, the statements and the feedback."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking.models import Approver
from booking.periods import Period
from commons import clock
from commons.database import db
from commons.letters import Letter
from commons.permissions import ROLE_NAMES, Role
from tests.booking.builders import approved_by, book
from tests.booking.emergencies import make_engine, take
from tests.world import sign_in
from verbund import feedback, navigation, overview


def test_start_page_tells_a_stranger_what_verbund_is(client_once):
    page = client_once.get("/").get_data(as_text=True)

    assert "Gemeinsam beschaffen, Geräte teilen" in page
    assert 'href="/anmelden"' in page
    assert "Hauptmenü" not in page


@pytest.mark.parametrize("role", Role)
def test_today_greets_every_role_with_its_menu(client_once, world, role):
    actor = world.actor("ossling", role)
    sign_in(client_once, actor)

    answer = client_once.get("/")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert "Das wartet auf Sie" in page
    shown = {entry.endpoint for group in navigation.menu_for(actor, endpoints=client_once.application.view_functions) for entry in group.entries}
    allowed = {entry.endpoint for group in navigation.MENU for entry in group.entries if entry.permission is None or actor.may(entry.permission)}
    assert shown <= allowed
    assert "home.today" in shown


def test_menu_leaves_out_what_a_role_may_not_do(world):
    endpoints = {entry.endpoint for group in navigation.MENU for entry in group.entries}

    groups = navigation.menu_for(world.actor("ossling", Role.AUDITOR), endpoints=endpoints)

    labels = [str(entry.label) for group in groups for entry in group.entries]
    assert "Protokoll" in labels
    assert "Bedarf melden" not in labels
    assert "Personen" not in labels


def test_today_leads_first_to_the_main_job(world):
    endpoints = {entry.endpoint for group in navigation.MENU for entry in group.entries}

    jobs = navigation.first_jobs(world.actor("ossling", Role.CLERK), endpoints=endpoints)

    assert [str(job.label) for job in jobs][:2] == ["Bedarf melden", "Gerät buchen"]


def test_person_without_a_role_is_told_whom_to_ask(client_once, world):
    actor = world.actor("ossling", Role.CLERK)
    sign_in(client_once, actor)
    db.session.execute(db.text("UPDATE membership SET until_day = '2020-12-31' WHERE person_id = :id"), {"id": actor.person_id})
    db.session.commit()

    page = client_once.get("/").get_data(as_text=True)

    assert "Ihr Konto hat zurzeit keine Rolle" in page


def test_search_asks_for_a_sign_in(client_once):
    answer = client_once.get("/suche?q=Salz")

    assert answer.status_code == 302
    assert "/anmelden" in answer.location


def test_search_finds_a_measure(client_once, world):
    sign_in(client_once, world.actor("ossling", Role.MAYOR))

    page = client_once.get("/suche?q=Kehrmaschine").get_data(as_text=True)

    assert "Gemeinsame Kehrmaschine" in page


def test_search_says_when_nothing_is_found(client_once, world):
    sign_in(client_once, world.actor("ossling", Role.MAYOR))

    assert "Nichts gefunden" in client_once.get("/suche?q=Xylophonständer").get_data(as_text=True)
    assert "mindestens zwei Zeichen" in client_once.get("/suche?q=x").get_data(as_text=True)


def test_search_escapes_what_was_typed(client_once, world):
    sign_in(client_once, world.actor("ossling", Role.MAYOR))

    page = client_once.get("/suche?q=<script>alert(1)</script>").get_data(as_text=True)

    assert "<script>alert" not in page


@pytest.mark.parametrize("role", Role)
def test_help_has_a_page_for_every_role(client_once, role):
    page = client_once.get(f"/hilfe/{role}").get_data(as_text=True)

    assert f"Hilfe: {ROLE_NAMES[role]}" in page
    assert page.count("<li>") > 10


def test_help_for_a_role_that_does_not_exist_is_missing(client_once):
    assert client_once.get("/hilfe/koenigin").status_code == 404


def test_help_begins_with_the_own_role(client_once, world):
    sign_in(client_once, world.actor("ossling", Role.YARD_WORKER))

    assert f"Meine Hilfe: {ROLE_NAMES[Role.YARD_WORKER]}" in client_once.get("/hilfe").get_data(as_text=True)


@pytest.mark.parametrize("path", ["/barrierefreiheit", "/impressum", "/datenschutz"])
def test_statement_says_what_the_operator_must_fill_in(client_once, path):
    assert "<mark>[" in client_once.get(path).get_data(as_text=True)


@pytest.mark.parametrize("path", ["/", "/hilfe", "/gibt-es-nicht"])
def test_every_page_links_to_the_statement_and_the_feedback(client_once, path):
    page = client_once.get(path).get_data(as_text=True)

    assert 'href="/barrierefreiheit"' in page
    assert 'href="/feedback?page=' in page


def letters():
    return db.session.scalars(select(Letter).where(Letter.about_kind == "feedback")).all()


def test_feedback_of_a_person_goes_to_the_own_administrators(client, world):
    sign_in(client, world.actor("laussnitz", Role.YARD_WORKER))

    client.post("/feedback", data={"text": "Die Schrift ist zu klein.", "page": "/buchung"})
    thanks = client.get("/feedback").get_data(as_text=True)

    assert "Ihre Meldung ist bei der Systembetreuung eingegangen" in thanks
    assert [letter.person_id for letter in letters()] == [world.person_id("laussnitz", Role.ADMINISTRATOR)]
    assert [str(part) for part in letters()[0].paragraphs][:2] == ["Die Schrift ist zu klein.", "Seite: /buchung"]


def test_feedback_without_sign_in_reaches_every_administrator(client_once, world):
    client_once.post("/feedback", data={"text": "Ich komme nicht hinein.", "page": "/", "reply_to": "kim@example.org"})

    towns = ("bernsdorf", "koenigsbrueck", "laussnitz", "neukirch", "ossling")
    assert {letter.person_id for letter in letters()} == {world.person_id(town, Role.ADMINISTRATOR) for town in towns}
    assert str(letters()[0].paragraphs[-1]) == "Antwort erbeten an: kim@example.org"


def test_feedback_needs_a_text_and_a_readable_address(client_once):
    answer = client_once.post("/feedback", data={"text": "", "reply_to": "kim@"})

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Bitte beschreiben Sie die Barriere oder den Fehler." in page
    assert "Bitte geben Sie eine vollständige E-Mail-Adresse an." in page
    assert letters() == []


def test_feedback_cannot_flood_the_administrators(client_once, monkeypatch):
    monkeypatch.setattr(feedback, "MOST_AN_HOUR", 1)
    client_once.post("/feedback", data={"text": "eins", "page": "/"})
    told = len(letters())

    answer = client_once.post("/feedback", data={"text": "zwei", "page": "/"})

    assert answer.status_code == 429
    assert "Bitte versuchen Sie es in einer Stunde noch einmal." in answer.get_data(as_text=True)
    assert len(letters()) == told


def test_glossary_explains_the_terms_to_everybody(client_once):
    page = client_once.get("/hilfe/begriffe").get_data(as_text=True)

    assert "Zuschlagsschreiben" in page
    assert "award_letter" in page


def test_what_was_taken_away_stands_before_what_is_due_today(client_once, world):
    clerk, device = world.actor("ossling", Role.CLERK), make_engine(name="Kamera")
    start = (clock.now() + timedelta(hours=3)).replace(minute=0, second=0, microsecond=0)
    book(approved_by(Approver.ADMINISTRATION, owner="bauhof-ossling"), Period(start, start + timedelta(hours=1)), by=world.actor("neukirch", Role.CLERK))
    book(device, Period(start, start + timedelta(hours=1)), by=clerk)
    take(device, by=world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF))

    titles = [str(task.title).split(":")[0] for task in overview.waiting_for(clerk)]

    assert titles == ["Ihre Buchung entfällt", "Anfrage entscheiden"]
