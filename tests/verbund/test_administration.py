"""People of the own municipality: entered, given roles, seen off."""

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from commons import clock, deputies, devices, leaving, tokens
from commons.clock import today
from commons.database import db, write
from commons.journal import JournalEntry
from commons.letters import Letter
from commons.people import Membership, Person, actors_of
from commons.permissions import Role
from tests.world import World, sign_in

PEOPLE = "/verwaltung/personen"


@pytest.fixture
def administrator(client: FlaskClient, world: World) -> FlaskClient:
    sign_in(client, world.actor("bernsdorf", Role.ADMINISTRATOR))
    return client


@pytest.fixture
def administrator_once(client_once: FlaskClient, world: World) -> FlaskClient:
    sign_in(client_once, world.actor("bernsdorf", Role.ADMINISTRATOR))
    return client_once


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


def person_data(world: World, **overrides: Any) -> dict[str, Any]:
    return {
        "name": "Nora  Neu",
        "email": "Nora.Neu@bernsdorf.example",
        "employer_id": world.organisation_id("bauhof-bernsdorf"),
        "language": "de",
    } | overrides


def role_data(world: World, **overrides: Any) -> dict[str, Any]:
    return {"organisation_id": world.organisation_id("verwaltung-bernsdorf"), "role": "clerk", "from_day": today().isoformat()} | overrides


@pytest.mark.parametrize("page", ["", "/personen", "/personen/neu", "/personen/finden", "/personen/einlesen", "/briefe", "/briefe/drucken", "/regelwerte"])
def test_pages_open_for_the_administrator(administrator_once: FlaskClient, page: str) -> None:
    assert administrator_once.get(f"/verwaltung{page}").status_code == 200


@pytest.mark.parametrize("page", ["/personen", "/personen/neu", "/briefe", "/protokoll"])
def test_pages_are_closed_to_a_yard_worker(client_once: FlaskClient, world: World, page: str) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.YARD_WORKER))

    assert client_once.get(f"/verwaltung{page}").status_code == 403


def test_people_of_other_municipalities_do_not_exist(administrator_once: FlaskClient, world: World) -> None:
    foreign = world.person_id("ossling", Role.CLERK)
    membership = db.session.scalars(select(Membership.id).where(Membership.person_id == foreign)).one()
    pages = [f"{PEOPLE}/{foreign}{page}" for page in ("", "/bearbeiten", "/austritt", "/rollen/neu")]

    statuses = [administrator_once.get(page).status_code for page in [*pages, f"/verwaltung/rollen/{membership}/beenden"]]
    posted = [administrator_once.post(f"{PEOPLE}/{foreign}/{act}").status_code for act in ("einladen", "anmeldebrief")]

    assert statuses == [404] * 5
    assert posted == [404] * 2
    assert "clerk ossling" not in administrator_once.get(PEOPLE).get_data(as_text=True)


def test_person_is_entered_invited_and_signs_in_for_the_first_time(app: Flask, administrator: FlaskClient, world: World) -> None:
    answer = administrator.post(f"{PEOPLE}/neu", data=person_data(world))
    person = db.session.scalars(select(Person).where(Person.email == "nora.neu@bernsdorf.example")).one()
    administrator.post(f"{PEOPLE}/{person.id}/einladen")

    letter = db.session.scalars(select(Letter).where(Letter.person_id == person.id)).one()
    newcomer = app.test_client()
    newcomer.get(letter.link)
    newcomer.post(letter.link, data={"password": "Vier Wörter im Bauhof", "password_again": "Vier Wörter im Bauhof"})

    assert answer.location == f"{PEOPLE}/{person.id}/rollen/neu"
    assert (person.name, letter.confidential) == ("Nora Neu", True)
    assert newcomer.get(letter.link).status_code == 404
    assert newcomer.post("/anmelden", data={"email": person.email, "password": "Vier Wörter im Bauhof"}).status_code == 302
    assert acts()[-3:] == ["person.added", "person.invited", "person.accepted"]


def test_person_without_mail_gets_a_name_and_a_printed_letter(administrator_once: FlaskClient, world: World) -> None:
    for _ in range(2):
        administrator_once.post(f"{PEOPLE}/neu", data=person_data(world, name="Jörg Müßig", email=""))
    people = db.session.scalars(select(Person).where(Person.name == "Jörg Müßig").order_by(Person.id)).all()

    page = administrator_once.post(f"{PEOPLE}/{people[0].id}/anmeldebrief").get_data(as_text=True)

    assert [person.login_name for person in people] == ["joerg.muessig", "joerg.muessig2"]
    assert "joerg.muessig" in page
    assert "http://127.0.0.1:8000/konto/einrichten/" in page
    assert "/konto/einrichten/" not in administrator_once.get("/verwaltung/briefe").get_data(as_text=True)


def test_second_printed_letter_makes_the_first_invalid(app_once: Flask, administrator_once: FlaskClient, world: World) -> None:
    worker = world.person_id("bernsdorf", Role.YARD_WORKER)
    links = []
    for _ in range(2):
        page = administrator_once.post(f"{PEOPLE}/{worker}/anmeldebrief").get_data(as_text=True)
        links.append("/konto/einrichten/" + page.split("/konto/einrichten/")[1].split("<")[0])

    assert [app_once.test_client().get(link).status_code for link in links] == [404, 200]


def test_mail_address_signs_in_one_person_only(administrator_once: FlaskClient, world: World) -> None:
    answer = administrator_once.post(f"{PEOPLE}/neu", data=person_data(world, email="clerk@ossling.example"))

    assert answer.status_code == 409
    assert "Zu dieser E-Mail-Adresse gibt es schon ein Konto." in answer.get_data(as_text=True)


def test_employer_of_another_municipality_is_refused(administrator_once: FlaskClient, world: World) -> None:
    answer = administrator_once.post(f"{PEOPLE}/neu", data=person_data(world, employer_id=world.organisation_id("bauhof-ossling")))

    assert answer.status_code == 422


def test_changed_mail_address_signs_devices_out(administrator_once: FlaskClient, world: World) -> None:
    worker = world.person_id("bernsdorf", Role.YARD_WORKER)
    write(devices.begin, worker, user_agent="Firefox Android")

    administrator_once.post(f"{PEOPLE}/{worker}/bearbeiten", data=person_data(world, email="neu@bernsdorf.example"))

    assert devices.devices_of(worker) == []
    assert acts()[-1] == "person.changed"


def test_grave_role_is_journalled_and_told_to_the_mayor(administrator: FlaskClient, world: World) -> None:
    worker, mayor = world.person_id("bernsdorf", Role.YARD_WORKER), world.person_id("bernsdorf", Role.MAYOR)

    answer = administrator.post(f"{PEOPLE}/{worker}/rollen/neu", data=role_data(world, role="procurement_officer"))

    letter = db.session.scalars(select(Letter)).one()
    assert answer.status_code == 302
    assert {role for actor in actors_of(worker) for role in actor.roles} == {Role.YARD_WORKER, Role.PROCUREMENT_OFFICER}
    assert (letter.person_id, str(letter.subject_line)) == (mayor, "Neue Rolle: yard_worker bernsdorf")
    assert "„Vergabestelle“" in str(letter.paragraphs[0])
    assert acts()[-1] == "role.given"


def test_plain_role_is_not_told(administrator_once: FlaskClient, world: World) -> None:
    administrator_once.post(f"{PEOPLE}/{world.person_id('bernsdorf', Role.YARD_WORKER)}/rollen/neu", data=role_data(world))

    assert db.session.scalars(select(Letter)).all() == []
    assert acts()[-1] == "role.given"


def test_own_role_is_refused(administrator_once: FlaskClient, world: World) -> None:
    own = world.person_id("bernsdorf", Role.ADMINISTRATOR)

    answer = administrator_once.post(f"{PEOPLE}/{own}/rollen/neu", data=role_data(world, role="mayor"))

    assert answer.status_code == 422
    assert "Eigene Rollen können Sie nicht selbst ändern." in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [("auditor", {}, 422), ("clerk", {"scope_from": "2026-01-01"}, 422), ("auditor", {"scope_from": "2026-01-01", "scope_until": "2026-12-31"}, 302)],
    ids=["auditor_without_period", "period_of_a_clerk", "auditor_with_period"],
)
def test_audit_has_a_stated_period_and_nothing_else_has(administrator_once: FlaskClient, world: World, role: str, scope: dict[str, str], status: int) -> None:
    worker = world.person_id("bernsdorf", Role.YARD_WORKER)

    assert administrator_once.post(f"{PEOPLE}/{worker}/rollen/neu", data=role_data(world, role=role, **scope)).status_code == status


def test_role_held_already_is_refused(administrator_once: FlaskClient, world: World) -> None:
    assert administrator_once.post(f"{PEOPLE}/{world.person_id('bernsdorf', Role.CLERK)}/rollen/neu", data=role_data(world)).status_code == 409


def test_role_in_another_municipality_is_refused(administrator_once: FlaskClient, world: World) -> None:
    person = world.person_id("bernsdorf", Role.YARD_WORKER)
    elsewhere = role_data(world, organisation_id=world.organisation_id("verwaltung-ossling"))

    assert administrator_once.post(f"{PEOPLE}/{person}/rollen/neu", data=elsewhere).status_code == 422
    assert len(actors_of(person)) == 1


def test_somebody_of_another_municipality_acts_for_ours_too(administrator_once: FlaskClient, world: World) -> None:
    found = administrator_once.post(f"{PEOPLE}/finden", data={"email": "clerk@ossling.example"})

    administrator_once.post(found.location, data=role_data(world))

    clerk = world.person_id("ossling", Role.CLERK)
    assert [actor.municipality_name for actor in actors_of(clerk)] == ["Oßling", "Bernsdorf"]
    assert administrator_once.get(f"{PEOPLE}/{clerk}").status_code == 200
    assert administrator_once.get(f"{PEOPLE}/{clerk}/bearbeiten").status_code == 404


def test_unknown_address_is_not_found_elsewhere(administrator_once: FlaskClient) -> None:
    answer = administrator_once.post(f"{PEOPLE}/finden", data={"email": "niemand@ossling.example"})

    assert "gibt es kein Konto" in answer.get_data(as_text=True)


def test_role_ends_with_a_day(administrator: FlaskClient, world: World) -> None:
    clerk = world.person_id("bernsdorf", Role.CLERK)
    membership = db.session.scalars(select(Membership).where(Membership.person_id == clerk)).one()

    early = administrator.post(f"/verwaltung/rollen/{membership.id}/beenden", data={"last_day": "2019-12-31"})
    administrator.post(f"/verwaltung/rollen/{membership.id}/beenden", data={"last_day": today().isoformat()})

    assert early.status_code == 422
    assert len(actors_of(clerk)) == 1
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        assert actors_of(clerk) == []
    assert acts()[-1] == "role.ended"


def test_leaving_hands_roles_over_and_closes_doors_the_day_after(administrator: FlaskClient, world: World) -> None:
    clerk, successor = world.person_id("bernsdorf", Role.CLERK), world.person_id("bernsdorf", Role.YARD_WORKER)
    secret = write(tokens.create_token, clerk, name="Leitstelle")
    write(devices.begin, clerk, user_agent="Firefox Windows")

    page = administrator.get(f"{PEOPLE}/{clerk}/austritt").get_data(as_text=True)
    administrator.post(f"{PEOPLE}/{clerk}/austritt", data={"last_day": today().isoformat(), "successor_id": successor})

    assert "Zugang für ein Programm: Leitstelle" in page
    assert "Firefox, Windows" in page
    assert len(actors_of(clerk)) == 1
    with clock.stopped_at(clock.now() + timedelta(days=1)):
        assert Role.CLERK in {role for actor in actors_of(successor) for role in actor.roles}
        assert write(leaving.close_accounts) == [clerk]
    assert tokens.find_token(secret) is None
    assert devices.devices_of(clerk) == []
    assert not db.session.get_one(Person, clerk).active


def test_people_come_in_from_a_sheet(administrator: FlaskClient, world: World) -> None:
    book = load_workbook(io.BytesIO(administrator.get(f"{PEOPLE}/vorlage.xlsx").data))
    book.active.append(["Nora Neu", "nora.neu@bernsdorf.example", "", "Stadtverwaltung Bernsdorf", "Sachbearbeitung", None, None])
    out = io.BytesIO()
    book.save(out)

    answer = administrator.post(f"{PEOPLE}/einlesen", data={"file": (io.BytesIO(out.getvalue()), "personen.xlsx")})

    assert answer.location == PEOPLE
    assert "Nora Neu" in administrator.get(PEOPLE).get_data(as_text=True)


def test_sheet_with_faults_names_every_cell_and_takes_nothing(administrator_once: FlaskClient) -> None:
    rows = "Name;E-Mail;Telefon;Organisation;Rolle;von;bis\nNora Neu;x;;Mars;König;;\n".encode("utf-8-sig")

    answer = administrator_once.post(f"{PEOPLE}/einlesen", data={"file": (io.BytesIO(rows), "personen.csv")})

    assert answer.status_code == 422
    assert "D2" in answer.get_data(as_text=True)
    assert "Nora Neu" not in administrator_once.get(PEOPLE).get_data(as_text=True)


def test_deputy_of_the_administrator_manages_people(client_once: FlaskClient, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    write(deputies.name_deputy, clerk.person_id, today(), today(), by=world.actor("bernsdorf", Role.ADMINISTRATOR))
    sign_in(client_once, clerk)

    assert client_once.get(PEOPLE).status_code == 200


def test_new_way_into_an_account_is_told_to_its_owner_and_the_mayor(administrator_once: FlaskClient, world: World) -> None:
    officer, mayor = world.person_id("bernsdorf", Role.PROCUREMENT_OFFICER), world.person_id("bernsdorf", Role.MAYOR)

    administrator_once.post(f"{PEOPLE}/{officer}/bearbeiten", data=person_data(world, email="neu@bernsdorf.example"))
    write(lambda: setattr(db.session.get_one(Person, mayor), "password", "x"))
    administrator_once.post(f"{PEOPLE}/{mayor}/anmeldebrief")

    told = [(letter.address, letter.person_id) for letter in db.session.scalars(select(Letter).order_by(Letter.id))]
    assert told == [("procurement_officer@bernsdorf.example", None), (None, mayor), ("mayor@bernsdorf.example", None), (None, mayor)]
