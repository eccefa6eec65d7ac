"""The pages on which devices go out and come back."""

import io
import re

import pytest
from sqlalchemy import select

from booking import fleet, handover
from booking.fleet import Items
from booking.handover import Record
from booking.models import Use, UsePhoto
from booking.queries.bookings import get_booking
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import approved_by, at, book, hours, make_kit, make_pool, make_resource, occupied
from tests.booking.emergencies import blocks
from tests.world import sign_in

NOW = at(9)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


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


def test_start_page_offers_one_big_button_each_to_who_hands_over(app_once, client_once, world, head, clerk):
    book(make_resource(), hours(9, 15), by=clerk)
    book(make_resource(), hours(9, 15), by=clerk)
    book(approved_by(), hours(9, 15), by=clerk)
    placed = book(make_resource(), hours(9, 12), by=clerk)
    tomorrow = book(make_resource(), hours(9, 34), by=clerk)
    for out in (placed, tomorrow):
        write(handover.hand_out, out.id, Record(at=NOW, operator="Karl", order_confirmed=True), by=head)

    shown = {}
    for role in (Role.BUILDING_YARD_HEAD, Role.YARD_WORKER, Role.CLERK):
        sign_in(client_once, world.actor("bernsdorf", role))
        page = text_of(client_once.get("/"))
        shown[role] = re.findall(r'href="/buchung/heute/#(\w+)"><span class="kern-label">([^<]+)<', page)

    everything = [("raus", "Heute raus: 2"), ("zurueck", "Heute zurück: 1"), ("anfragen", "Anfragen: 1")]
    assert shown == {Role.BUILDING_YARD_HEAD: everything, Role.YARD_WORKER: everything[:2], Role.CLERK: []}


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


@pytest.mark.parametrize("page", ["geraete/{id}/buchen", "geraete/{id}/serie", "mehrere", "gleichwertig/{category}"])
def test_tariff_is_shown_wherever_a_device_is_booked(app_once, client_once, clerk, page):
    device = make_resource(tariff_text="32,00 € je Stunde mit Bediener")
    sign_in(client_once, clerk)

    shown = text_of(client_once.get("/buchung/" + page.format(id=device.id, category=device.category_id)))

    assert "32,00 € je Stunde mit Bediener" in shown


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


def test_page_of_a_device_offers_the_defect_first_and_says_what_is_wrong(app_once, client_once, world, head, clerk):
    device_id = make_resource(name="Radlader").id
    address, worker = f"/buchung/geraete/{device_id}", world.actor("bernsdorf", Role.YARD_WORKER)
    sign_in(client_once, worker)
    page = text_of(client_once.get(address))
    assert page.index("Defekt melden") < page.index("Eigentümer")

    client_once.post(f"/buchung/heute/geraet/{device_id}/defekt", data={"reason": "Hydraulik undicht"})

    page = text_of(client_once.get(address))
    assert "Hydraulik undicht" in page
    assert "Radlader ist repariert" in page
    sign_in(client_once, clerk)
    page = text_of(client_once.get(address))
    assert "Zurzeit nicht frei" in page
    assert "Hydraulik" not in page
    assert worker.person_name not in page


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


def test_numbered_items_of_a_pool_are_ticked_and_come_back(app_once, client_once, head, clerk):
    pool = make_pool(3, name="Schranke")
    write(fleet.count_stock, pool.id, [Items(owner_id=head.organisation_id, serial="S1"), Items(owner_id=head.organisation_id, quantity=2)], by=head)
    first, second = (book(pool, hours(9, 15), by=clerk).id for _ in range(2))
    sign_in(client_once, head)
    page = text_of(client_once.get(f"/buchung/heute/{first}/ausgeben"))

    client_once.post(f"/buchung/heute/{first}/ausgeben", data=listed(accessories=["Schranke, Nr. S1"]))

    assert "Schranke, Nr. S1" in page
    assert [use.accessories for use in db.session.scalars(select(Use))] == [["Schranke, Nr. S1"]]
    assert "Nr. S1" not in text_of(client_once.get(f"/buchung/heute/{second}/ausgeben"))
    assert "Nr. S1" in text_of(client_once.get(f"/buchung/heute/{first}/zuruecknehmen"))
