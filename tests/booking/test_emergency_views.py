"""The pages of handover, incidents and readiness as people use them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from booking import reserving, upkeep
from booking.models import Displacement, Incident, IncidentItem, Release, Resource, WaitingWish
from booking.occupying import Wish
from booking.queries import tasks_for
from booking.reserving import Details
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.letters import Letter
from commons.people import Person
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks, make_engine, take
from tests.world import sign_in

NOW = at(9)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def text_of(response) -> str:
    return response.get_data(as_text=True)


def test_incident_in_two_taps(app, client, chief, clerk):
    device, pool = make_engine(name="Kamera"), make_pool(8, owner="feuerwehr-bernsdorf", name="Schlauch")
    book(device, hours(10, 12), by=clerk)
    ticked = {f"take_{device.id}": "1", f"take_{pool.id}": "1", f"number_{pool.id}": "3", "key": "k"}
    sign_in(client, chief)
    assert "Kamera" in text_of(client.get("/einsatz/"))

    answer = client.post("/einsatz/", data=ticked)

    page = text_of(client.get(answer.headers["Location"]))
    assert answer.status_code == 302
    assert "3 × Schlauch" in page
    assert page.count("Wieder einsatzbereit") == 2
    client.post(f"/einsatz/geraet/{blocks()[0].id}/bereit")
    assert blocks()[0].lifted_at == NOW


def test_incident_by_the_devices_own_button(app_once, client_once, chief):
    device, pool = make_engine(name="Kamera").id, make_pool(8, owner="feuerwehr-bernsdorf", name="Schlauch").id
    sign_in(client_once, chief)
    assert 'href="/einsatz/"' in text_of(client_once.get("/")).split("Das wartet auf Sie")[0].split("<main")[1]

    client_once.post("/einsatz/", data={"take": pool, f"number_{pool}": "2", f"number_{device}": "1", "key": "k"})

    assert [(block.resource_id, block.quantity) for block in blocks()] == [(pool, 2)]


def test_incident_of_nothing_is_refused(app_once, client_once, chief):
    sign_in(client_once, chief)

    answer = client_once.post("/einsatz/", data={"key": "k"})

    assert answer.status_code == 422
    assert "mindestens ein Gerät" in text_of(answer)


def test_incident_later_with_its_true_start(app_once, client_once, chief):
    device = make_engine()
    sign_in(client_once, chief)

    client_once.post("/einsatz/", data={f"take_{device.id}": "1", "started_day": "2027-01-11", "started_time": "03:30", "key": "k"})
    ahead = client_once.post("/einsatz/", data={f"take_{device.id}": "1", "started_day": "2027-01-11", "started_time": "11:30", "key": "l"})

    assert db.session.scalars(select(Incident)).one().started_at == at(3.5)
    assert ahead.status_code == 422


def test_release_of_a_foreign_device_by_tap(app, client, world, chief):
    device = make_engine(name="Drohne", owner="feuerwehr-koenigsbrueck")
    owner = world.actor("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF)
    take(device, by=chief)
    assert [str(task.title) for task in tasks_for(owner)] == ["Freigabe für einen Einsatz: Drohne"]
    sign_in(client, owner)
    item_id = db.session.scalars(select(IncidentItem.id)).one()
    for address in ("/einsatz/", f"/einsatz/{db.session.scalars(select(Incident.id)).one()}"):
        assert "§ 14" in text_of(client.get(address))

    client.post(f"/einsatz/freigabe/{item_id}", data={"answer": "yes"})

    assert db.session.get_one(IncidentItem, item_id).release is Release.GIVEN
    assert len(occupied(device)) == 1


def test_incident_of_others_does_not_exist(app_once, client_once, world, chief):
    incident = take(make_engine(), by=chief)
    sign_in(client_once, world.actor("neukirch", Role.BRIGADE_CHIEF))

    assert client_once.get(f"/einsatz/{incident.id}").status_code == 404


def test_displaced_person_accepts_with_one_tap(app_once, client_once, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B").id
    book(device, hours(10, 12), by=clerk)
    take(device, by=chief)
    sign_in(client_once, clerk)
    displacement_id = db.session.scalars(select(Displacement.id)).one()
    page = text_of(client_once.get(f"/buchung/ersatz/{displacement_id}"))
    assert "Kamera B" in page
    assert [str(task.title) for task in tasks_for(clerk)] == ["Ihre Buchung entfällt: Kamera A"]
    number = page.split(f'name="resource" value="{other}"')[0].split('name="number" value="')[-1].split('"')[0]

    answer = client_once.post(f"/buchung/ersatz/{displacement_id}/annehmen", data={"number": number, "resource": other})

    assert answer.status_code == 302
    assert occupied(db.session.get_one(Resource, other)) == [hours(10, 12)]
    assert tasks_for(clerk) == []


def test_displaced_person_accepts_from_the_letter_without_signing_in(app, client, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B").id
    book(device, hours(10, 12), by=clerk)
    take(device, by=chief)
    link = db.session.scalars(select(Letter.link).where(Letter.person_id == clerk.person_id).order_by(Letter.id.desc())).first()
    page = text_of(client.get(link))
    number = page.split(f'name="resource" value="{other}"')[0].split('name="number" value="')[-1].split('"')[0]

    assert client.get(link[:-3] + "xyz").status_code == 404
    client.post(link, data={"read": "1"})
    assert db.session.scalars(select(Displacement.seen_at)).one() == NOW
    client.post(link, data={"wait": "1"})
    assert db.session.scalars(select(WaitingWish.person_id)).one() == clerk.person_id
    for odd in (9, -9):
        assert client.post(link, data={"number": odd, "resource": other}).status_code == 409
    assert client.post(link, data={"number": number, "resource": other}).status_code == 302

    assert occupied(db.session.get(Resource, other)) == [hours(10, 12)]
    assert "Ersatz angenommen" in text_of(client.get(link))
    assert [entry.act for entry in entries_about("booking", 1)][-1] == "displacement.accepted"


def test_displaced_person_waits_for_the_same_device(app_once, client_once, chief, clerk):
    device = make_engine(name="Kamera A")
    device_id = device.id
    book(device, hours(10, 12), by=clerk, purpose="Übung")
    take(device, by=chief)
    sign_in(client_once, clerk)
    displacement_id = db.session.scalars(select(Displacement.id)).one()
    assert "Warteliste" in text_of(client_once.get(f"/buchung/ersatz/{displacement_id}"))

    client_once.post(f"/buchung/ersatz/{displacement_id}/warten")

    wish = db.session.scalars(select(WaitingWish)).one()
    assert (wish.resource_id, wish.period, wish.purpose) == (device_id, hours(10, 12), "Übung")
    assert tasks_for(clerk) == []


def test_displacement_of_somebody_else_does_not_exist(app_once, client_once, world, chief, clerk):
    device = make_engine()
    book(device, hours(10, 12), by=clerk)
    take(device, by=chief)
    sign_in(client_once, world.actor("neukirch", Role.CLERK))

    assert client_once.get(f"/buchung/ersatz/{db.session.scalars(select(Displacement.id)).one()}").status_code == 404


def test_recall_by_a_yard_head(app_once, client_once, world, head, clerk):
    device = make_resource(name="Radlader")
    book(device, hours(10, 12), by=clerk)
    sign_in(client_once, head)
    assert client_once.get(f"/einsatz/rueckruf/{device.id}").status_code == 200

    answer = client_once.post(f"/einsatz/rueckruf/{device.id}", data={"key": "k"})

    assert "zurückgerufen" in text_of(client_once.get(answer.headers["Location"]))
    sign_in(client_once, world.actor("ossling", Role.BUILDING_YARD_HEAD))
    assert client_once.get(f"/einsatz/rueckruf/{device.id}").status_code == 404


def test_board_shows_state_reason_age_and_whom_to_ring_up(app, client, chief, clerk):
    taken, broken = make_engine(name="Kamera"), make_engine(name="Drohne")
    book(taken, hours(10, 12), by=clerk)
    take(taken, by=chief)
    write(upkeep.report_defect, broken.id, reason="Akku", expected_at=at(30), by=chief)
    sign_in(client, chief)

    pages = [text_of(client.get(address)) for address in ("/einsatzbereitschaft/", "/einsatzbereitschaft/blatt")]

    for page in pages:
        assert "ersetzt nicht die Alarmierung" in page
        assert "im Einsatz" in page
        assert "Akku" in page
        assert "12.01.2027, 06:00" in page
    assert "clerk ossling" in pages[0]
    assert ["gerade eben" in page for page in pages] == [True, False]  # paper only gets older
    assert ["board__line stale" in pages[0], "kern-table" in pages[1]] == [False, True]
    with stopped_at(NOW + timedelta(days=8)):
        assert "board__line stale" in text_of(client.get("/einsatzbereitschaft/"))


@pytest.mark.parametrize(("own", "shown"), [("035792 1", "035792 1"), (None, "035792 2")], ids=["of_the_person", "named_for_the_booking"])
def test_board_gives_the_number_of_whoever_has_not_read(app_once, client_once, chief, clerk, own, shown):
    write(setattr, db.session.get_one(Person, clerk.person_id), "phone", own)
    device, details = make_engine(name="Kamera"), Details(purpose="Fest", contact_name="Ute Beispiel", contact_phone="035792 2")
    write(reserving.request_booking, [Wish(resource_id=device.id)], hours(10, 12), details=details, by=clerk)
    take(device, by=chief)
    sign_in(client_once, chief)

    assert f'href="tel:{shown}"' in text_of(client_once.get("/einsatzbereitschaft/"))


@pytest.mark.parametrize(("status", "word"), [("confirmed", "einsatzbereit"), ("limited", "eingeschränkt"), ("test", "in Prüfung"), ("defect", "außer Dienst")])
def test_report_a_status_and_end_it(app_once, client_once, chief, status, word):
    device = make_engine(name="Kamera")
    sign_in(client_once, chief)

    answer = client_once.post(f"/einsatzbereitschaft/{device.id}/melden", data={"state": status, "reason": "Display"})

    page = text_of(client_once.get(f"/einsatzbereitschaft/{device.id}/melden"))
    assert answer.status_code == 302
    assert word in page
    assert chief.person_name in page
    for block in blocks():
        client_once.post(f"/einsatzbereitschaft/sperre/{block.id}/beendet")
    assert all(block.lifted_at for block in blocks())


def test_report_on_a_foreign_device_does_not_exist(app_once, client_once, world):
    device = make_engine()
    sign_in(client_once, world.actor("neukirch", Role.BRIGADE_CHIEF))

    assert client_once.get(f"/einsatzbereitschaft/{device.id}/melden").status_code == 404
