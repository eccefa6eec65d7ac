"""The pages of handover, incidents and readiness as people use them."""

import io

import pytest
from sqlalchemy import select

from booking import upkeep
from booking.models import Displacement, Incident, IncidentItem, Release, Use, UsePhoto, WaitingWish
from booking.queries import tasks_for
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks, make_engine, take
from tests.world import sign_in

NOW = at(9)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


@pytest.fixture
def head(world):
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


@pytest.fixture
def chief(world):
    return world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)


@pytest.fixture
def clerk(world):
    return world.actor("ossling", Role.CLERK)


def text_of(response) -> str:
    return response.get_data(as_text=True)


def listed(**more) -> dict:
    return {"day": "2027-01-11", "time": "09:00", "fuel": "full", "giver": "Gerd", "taker": "Karl", "operator": "Karl", **more}


def test_today_offers_one_button_each(app_once, client_once, head, clerk):
    placed = book(make_resource(name="Radlader"), hours(9, 15), by=clerk)
    sign_in(client_once, head)

    page = text_of(client_once.get("/buchung/heute/"))

    assert "Radlader" in page
    assert f"/buchung/heute/{placed.id}/ausgeben" in page


def test_hand_out_and_take_back_on_the_same_list(app, client, head, clerk):
    device = make_kit(make_resource(name="Bagger"), make_resource(name="Tieflader"), meter="h", accessories=("Löffel", "Gurt"))
    placed = book(device, hours(9, 15), by=clerk)
    sign_in(client, head)
    form = text_of(client.get(f"/buchung/heute/{placed.id}/ausgeben"))

    photo = (io.BytesIO(b"picture"), "vorn.jpg", "image/jpeg")
    more = {f"meter_{device.id}": "812,5", "accessories": ["Bagger", "Tieflader", "Löffel", "Gurt"], "photos": [photo]}
    out = client.post(f"/buchung/heute/{placed.id}/ausgeben", data=listed(**more), content_type="multipart/form-data")
    back = client.get(f"/buchung/heute/{placed.id}/zuruecknehmen")
    done = client.post(
        f"/buchung/heute/{placed.id}/zuruecknehmen", data=listed(**{f"meter_{device.id}": "813,5", "accessories": ["Bagger", "Tieflader", "Löffel"]})
    )

    use = db.session.scalars(select(Use)).one()
    page = text_of(client.get(f"/buchung/heute/nutzung/{use.id}"))
    shown = client.get(f"/buchung/heute/foto/{db.session.scalars(select(UsePhoto.id)).one()}")
    assert all(word in form for word in ("Bagger", "Tieflader", "Löffel", "Betriebsstunden"))
    assert (out.status_code, done.status_code) == (302, 302)
    assert "812,5" in text_of(back)
    assert get_booking(placed.id, clerk).stage is Stage.RETURNED
    assert use.missing == ["Gurt"]
    assert "Gurt" in page
    assert (shown.data, shown.mimetype) == (b"picture", "image/jpeg")


def test_hand_out_twice_says_that_it_is_out(app_once, client_once, head, clerk):
    placed = book(make_resource(), hours(9, 15), by=clerk)
    sign_in(client_once, head)

    first, second = (client_once.post(f"/buchung/heute/{placed.id}/ausgeben", data=listed()) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)
    assert "ausgegeben" in text_of(second)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [("operator", "", "wer das Gerät bedient"), ("time", "23:00", "Zukunft"), ("meter", "8.1.2", "Zahl")],
    ids=["no_operator", "ahead", "no_number"],
)
def test_hand_out_refusal_stands_at_its_field(app_once, client_once, head, clerk, field, value, sentence):
    device = make_resource(meter="h")
    placed = book(device, hours(9, 15), by=clerk)
    sign_in(client_once, head)

    answer = client_once.post(f"/buchung/heute/{placed.id}/ausgeben", data=listed(**{f"meter_{device.id}" if field == "meter" else field: value}))

    assert answer.status_code == 422
    assert sentence in text_of(answer)


def test_a_photo_is_for_both_sides_only(app_once, client_once, world, head, clerk):
    placed = book(make_resource(), hours(9, 15), by=clerk)
    sign_in(client_once, head)
    client_once.post(f"/buchung/heute/{placed.id}/ausgeben", data=listed(photos=[(io.BytesIO(b"p"), "a.png", "image/png")]), content_type="multipart/form-data")
    photo_id = db.session.scalars(select(UsePhoto.id)).one()

    answers = []
    for actor in (clerk, world.actor("neukirch", Role.CLERK)):
        sign_in(client_once, actor)
        answers.append(client_once.get(f"/buchung/heute/foto/{photo_id}").status_code)

    assert answers == [200, 404]


def test_defect_takes_two_taps_and_repaired_one(app, client, head):
    device = make_resource(name="Radlader")
    sign_in(client, head)
    assert client.get(f"/buchung/heute/geraet/{device.id}/defekt").status_code == 200

    client.post(f"/buchung/heute/geraet/{device.id}/defekt", data={})

    assert len(occupied(device)) == 1
    assert "Repariert" in text_of(client.get("/buchung/heute/"))
    client.post(f"/buchung/heute/sperre/{blocks()[0].id}/repariert")
    assert blocks()[0].lifted_at == NOW


def test_defect_of_a_foreign_device_does_not_exist(app_once, client_once, world):
    device = make_resource()
    sign_in(client_once, world.actor("neukirch", Role.BUILDING_YARD_HEAD))

    assert client_once.get(f"/buchung/heute/geraet/{device.id}/defekt").status_code == 404


def test_enter_and_object(app_once, client_once, head, clerk):
    device = make_resource(name="Radlader")
    sign_in(client_once, head)
    times = {"out_day": "2027-01-08", "out_time": "08:00", "back_day": "2027-01-08", "back_time": "12:00"}

    entered = client_once.post("/buchung/heute/nachtragen", data={"resource": device.id, "organisation": clerk.organisation_id, "operator": "Karl", **times})
    sign_in(client_once, clerk)
    page = text_of(client_once.get(entered.headers["Location"]))
    client_once.post(f"{entered.headers['Location']}/widersprechen", data={"objection": "Das waren wir nicht."})
    sums = text_of(client_once.get("/buchung/heute/verliehen-und-geliehen"))

    assert entered.status_code == 302
    assert "nachgetragen" in page
    assert "Widersprechen" in page
    assert "Widerspruch" in sums
    assert "4" in sums


def test_inspection_is_entered_on_its_page(app_once, client_once, head):
    device = make_resource()
    sign_in(client_once, head)

    assert "Keine Prüfungen" in text_of(client_once.get(f"/buchung/heute/geraet/{device.id}/pruefungen"))


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
    assert "§ 14" in text_of(client.get("/einsatz/"))

    client.post(f"/einsatz/freigabe/{item_id}", data={"answer": "yes"})

    assert db.session.get_one(IncidentItem, item_id).release is Release.GIVEN
    assert len(occupied(device)) == 1


def test_incident_of_others_does_not_exist(app_once, client_once, world, chief):
    incident = take(make_engine(), by=chief)
    sign_in(client_once, world.actor("neukirch", Role.BRIGADE_CHIEF))

    assert client_once.get(f"/einsatz/{incident.id}").status_code == 404


def test_displaced_person_accepts_with_one_tap(app_once, client_once, chief, clerk):
    device, other = make_engine(name="Kamera A"), make_engine(name="Kamera B")
    book(device, hours(10, 12), by=clerk)
    take(device, by=chief)
    sign_in(client_once, clerk)
    displacement_id = db.session.scalars(select(Displacement.id)).one()
    page = text_of(client_once.get(f"/buchung/ersatz/{displacement_id}"))
    assert "Kamera B" in page
    assert [str(task.title) for task in tasks_for(clerk)] == ["Ihre Buchung entfällt: Kamera A"]
    number = page.split(f'name="resource" value="{other.id}"')[0].split('name="number" value="')[-1].split('"')[0]

    answer = client_once.post(f"/buchung/ersatz/{displacement_id}/annehmen", data={"number": number, "resource": other.id})

    assert answer.status_code == 302
    assert occupied(other) == [hours(10, 12)]
    assert tasks_for(clerk) == []


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
