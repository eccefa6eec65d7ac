"""My account: roles, deputies, tokens, devices."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from commons import clock, journal, tokens
from commons.clock import today
from commons.database import db, write
from commons.journal import JournalEntry
from commons.letters import Letter
from commons.people import Membership, Person, actors_of, people_with
from commons.permissions import Permission, Role
from tests.builders import make_membership
from tests.world import World, sign_in


def test_account_shows_roles_and_next_step(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("neukirch", Role.CLERK))

    page = client_once.get("/konto").get_data(as_text=True)

    assert "Sachbearbeitung" in page
    assert "Angaben ändern" in page


def test_account_asks_strangers_to_sign_in(client_once: FlaskClient) -> None:
    assert client_once.get("/konto").location.startswith("/anmelden")


def test_acting_for_another_organisation_stays_and_is_checked(client_once: FlaskClient, world: World) -> None:
    clerk = world.person_id("koenigsbrueck", Role.CLERK)
    laussnitz = world.organisation_id("verwaltung-laussnitz")
    write(make_membership, person_id=clerk, organisation_id=laussnitz)
    sign_in(client_once, world.actor("koenigsbrueck", Role.CLERK))

    answer = client_once.post("/konto/handeln-fuer", data={"organisation_id": laussnitz, "next": "/konto"})
    refused = client_once.post("/konto/handeln-fuer", data={"organisation_id": world.organisation_id("verwaltung-ossling")})

    assert answer.location == "/konto"
    assert refused.status_code == 404
    assert "Laußnitz" in client_once.get("/konto").get_data(as_text=True).split("Sie handeln für")[1][:120]


def test_details_are_changed_by_their_owner(client: FlaskClient, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    sign_in(client, clerk)

    answer = client.post("/konto/angaben", data={"phone": "03578 123", "language": "en", "wants_digest": "y"})

    person = db.session.get_one(Person, clerk.person_id)
    assert answer.location == "/konto"
    assert (person.phone, person.language, person.prefers_paper, person.wants_digest) == ("03578 123", "en", False, True)


def test_deputy_gets_the_roles_the_letters_and_a_word(client: FlaskClient, world: World) -> None:
    holder, mayor = world.actor("ossling", Role.BUDGET_HOLDER), world.person_id("ossling", Role.MAYOR)
    auditor = world.person_id("ossling", Role.AUDITOR)
    first, last = today(), today() + timedelta(days=9)
    sign_in(client, holder)

    answer = client.post("/konto/vertretung", data={"first_day": first.isoformat(), "last_day": last.isoformat(), "deputy_id": auditor})

    places = [holder.organisation_id]
    assert answer.location == "/konto"
    assert Role.BUDGET_HOLDER in actors_of(auditor)[0].roles
    assert [person.id for person in people_with(Permission.DEMAND_APPROVE, places)] == [auditor, mayor]
    assert db.session.scalars(select(Letter.person_id)).all() == [auditor]
    assert db.session.scalars(select(JournalEntry.act)).all()[-1] == "deputy.named"
    with clock.stopped_at(clock.now() + timedelta(days=10)):
        assert Role.BUDGET_HOLDER not in actors_of(auditor)[0].roles
        assert [person.id for person in people_with(Permission.DEMAND_APPROVE, places)] == [holder.person_id, mayor]


def test_deputy_from_another_municipality_is_refused(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("ossling", Role.BUDGET_HOLDER))
    foreign = world.person_id("bernsdorf", Role.CLERK)

    answer = client_once.post("/konto/vertretung", data={"first_day": "2027-01-04", "last_day": "2027-01-05", "deputy_id": foreign})

    assert answer.status_code == 422
    assert db.session.scalars(select(Membership).where(Membership.deputy_id == foreign)).first() is None


def test_absence_that_ends_before_it_begins_is_refused(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("ossling", Role.BUDGET_HOLDER))
    deputy = world.person_id("ossling", Role.CLERK)

    answer = client_once.post("/konto/vertretung", data={"first_day": "2027-01-05", "last_day": "2027-01-04", "deputy_id": deputy})

    assert answer.status_code == 422
    assert "Das Ende darf nicht vor dem Beginn liegen." in answer.get_data(as_text=True)


def test_token_is_shown_once_used_and_revoked(app: Flask, client: FlaskClient, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    sign_in(client, clerk)

    page = client.post("/konto/tokens/neu", data={"name": "Leitstelle"}).get_data(as_text=True)

    secret = page.split("<code>")[1].split("</code>")[0]
    token = tokens.find_token(secret)
    assert token is not None
    assert secret not in client.get("/konto").get_data(as_text=True)
    client.post(f"/konto/tokens/{token.id}/widerrufen")
    assert tokens.find_token(secret) is None


def test_token_needs_a_fresh_sign_in(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))
    with client_once.session_transaction() as session:
        session["fs_paa"] -= 16 * 60

    assert client_once.get("/konto/tokens/neu").location == "/konto/bestaetigen?next=/konto/tokens/neu"


def test_foreign_token_is_not_revoked(client_once: FlaskClient, world: World) -> None:
    secret = write(tokens.create_token, world.person_id("ossling", Role.CLERK), name="x")
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))

    client_once.post(f"/konto/tokens/{tokens.find_token(secret).id}/widerrufen")

    assert tokens.find_token(secret) is not None


def test_membership_that_ended_gives_no_role(app: Flask, world: World) -> None:
    clerk = world.actor("bernsdorf", Role.CLERK)
    yesterday = today() - timedelta(days=1)

    def _end() -> None:
        db.session.scalars(select(Membership).where(Membership.person_id == clerk.person_id)).one().until_day = yesterday

    write(_end)

    assert actors_of(clerk.person_id) == []
    with clock.stopped_at(clock.now() - timedelta(days=1)):
        assert [actor.organisation_id for actor in actors_of(clerk.person_id)] == [clerk.organisation_id]


def test_own_acts_are_shown_and_nobody_elses(client_once: FlaskClient, world: World) -> None:
    for town, act in (("bernsdorf", "booking.requested"), ("ossling", "booking.declined")):
        write(journal.record, act, subject=("booking", 7), by=world.actor(town, Role.CLERK))
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))

    page = client_once.get("/konto/protokoll").get_data(as_text=True)

    assert "Buchung angefragt" in page
    assert "Buchung abgelehnt" not in page
