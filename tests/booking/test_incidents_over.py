"""An incident is over when nothing of it stands any more, however that came about; and one tap means what stood on the button."""

import pytest
from sqlalchemy import select

from booking import incidents
from booking.incidents.asking import AlreadyAnswered, NobodyNamed
from booking.models import Incident, Release
from booking.occupying import Wish
from booking.queries.alerts import urgent
from booking.queries.incidents import running
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import NotFound
from commons.journal import entries_about
from commons.letters import Letter, LetterStage
from commons.people import Person
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_pool, make_resource
from tests.booking.emergencies import blocks, make_engine, subjects, take
from tests.world import sign_in

NOW = at(6)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def ended(incident_id: int) -> bool:
    db.session.rollback()
    return db.session.get_one(Incident, incident_id).ended_at is not None


def acts(incident_id: int) -> list[str]:
    return [entry.act for entry in entries_about("incident", incident_id)]


def test_incident_ends_when_another_takes_its_last_device(app, chief):
    device = make_engine(name="Kamera")
    first = take(device, by=chief)

    with stopped_at(at(9)):
        second = take(device, by=chief)

        assert (ended(first.id), ended(second.id)) == (True, False)
        assert [incident.id for incident in running(chief)] == [second.id]
        assert acts(first.id) == ["incident.incident", "incident.handed_on"]


def test_own_need_comes_first_and_who_had_the_device_is_told(app_once, world, chief):
    borrower, device = world.actor("neukirch", Role.MUNICIPAL_FIRE_CHIEF), make_engine(name="Kamera")
    lent = take(device, by=borrower, phoned_with="Jens Opitz")

    take(device, by=chief)

    assert subjects(borrower.person_id)[-1] == "Im nächsten Einsatz: Kamera"
    assert ended(lent.id)


def test_next_alarm_takes_from_a_pool_no_more_than_it_needs(app, chief):
    pool = make_pool(10, owner="feuerwehr-bernsdorf", name="Schlauch")
    first, second = take(pool, by=chief, number=6), take(pool, by=chief, number=7)

    assert [(block.incident_id, block.quantity) for block in blocks() if block.is_open] == [(first.id, 3), (second.id, 7)]
    assert not ended(first.id)


def test_incident_ends_when_everything_it_asked_for_is_refused(app, world, chief):
    incident = take(make_engine(owner="feuerwehr-koenigsbrueck"), by=chief)

    write(incidents.refuse, incident.items[0].id, by=world.actor("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF))

    assert ended(incident.id)
    assert running(chief) == []


def test_incident_lasts_while_a_release_may_still_come(app, world, chief):
    own, foreign = make_engine(), make_engine(owner="feuerwehr-koenigsbrueck")
    incident = take(own, foreign, by=chief)

    write(incidents.ready, blocks()[0].id, by=chief)
    assert not ended(incident.id)

    write(incidents.release, incident.items[1].id, by=world.actor("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF))
    write(incidents.ready, blocks()[1].id, by=chief)
    assert ended(incident.id)


def test_what_was_asked_for_is_taken_by_telephone_afterwards(app, world, chief):
    device = make_engine(name="Drohne", owner="feuerwehr-koenigsbrueck")
    item = take(device, by=chief).items[0]
    with pytest.raises(NobodyNamed):
        write(incidents.take_phoned, item.id, " ", by=chief)
    with pytest.raises(NotFound):
        write(incidents.take_phoned, item.id, "Thomas", by=world.actor("neukirch", Role.MUNICIPAL_FIRE_CHIEF))

    taken = write(incidents.take_phoned, item.id, "Thomas Gärtner", by=chief)

    assert (taken.release, taken.released_by_name, blocks()[0].resource_id) == (Release.PHONED, "Thomas Gärtner", device.id)
    assert acts(taken.incident_id) == ["incident.incident", "incident.phoned"]
    assert "Telefonische Freigabe vermerkt: Drohne" in subjects(world.person_id("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF))
    with pytest.raises(AlreadyAnswered):
        write(incidents.take_phoned, item.id, "Thomas Gärtner", by=chief)


def test_request_withdrawn_ends_the_incident_and_tells_the_asked(app, world, chief):
    incident = take(make_engine(name="Drohne", owner="feuerwehr-koenigsbrueck"), by=chief)
    item_id, asked = incident.items[0].id, world.actor("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF)

    write(incidents.withdraw, item_id, by=chief)

    assert ended(incident.id)
    assert (subjects(asked.person_id)[-1], urgent(asked)) == ("Einsatz: nicht mehr nötig, Drohne", [])
    assert acts(incident.id) == ["incident.incident", "incident.withdrawn"]
    with pytest.raises(NotFound):
        write(incidents.release, item_id, by=asked)


def test_page_of_an_incident_says_whom_to_ring_up_and_takes_the_answer(app_once, client_once, world, chief):
    person = db.session.get_one(Person, world.person_id("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF))
    write(setattr, person, "phone", "035795 110")
    incident = take(make_engine(name="Drohne", owner="feuerwehr-koenigsbrueck"), by=chief)
    incident_id, item_id = incident.id, incident.items[0].id
    sign_in(client_once, chief)

    page = client_once.get(f"/einsatz/{incident_id}").get_data(as_text=True)
    assert 'href="tel:035795 110"' in page
    assert "ersetzt nicht die Alarmierung" in page
    client_once.post(f"/einsatz/{incident_id}/freigabe/{item_id}/telefon", data={"phoned_with": "Thomas Gärtner"})

    assert "Telefonisch freigegeben von Thomas Gärtner" in client_once.get(f"/einsatz/{incident_id}").get_data(as_text=True)


def test_same_page_tapped_for_another_device_takes_that_too(app_once, client_once, chief):
    camera, pump = make_engine(name="Kamera").id, make_engine(name="Pumpe").id
    sign_in(client_once, chief)

    for device in (camera, pump, pump):
        client_once.post("/einsatz/", data={"take": device, "key": "one page"})

    assert [block.resource_id for block in blocks()] == [camera, pump]


def test_who_wants_one_letter_a_day_hears_of_incidents_at_once(app_once, world, chief, clerk):
    asked, displaced = world.person_id("koenigsbrueck", Role.MUNICIPAL_FIRE_CHIEF), clerk.person_id
    for person_id in (asked, displaced):
        write(setattr, db.session.get_one(Person, person_id), "wants_digest", True)
    device = make_engine()
    book(device, hours(9, 11), by=clerk)

    take(device, make_engine(owner="feuerwehr-koenigsbrueck"), by=chief)

    letters = select(Letter.stage).where(Letter.person_id.in_([asked, displaced]), Letter.link.startswith("/einsatz/") | Letter.link.contains("/ersatz/"))
    assert db.session.scalars(letters).all() == [LetterStage.WAITING] * 2


def test_recall_of_the_yard_is_no_incident_of_the_chief(app_once, world, chief, head):
    write(incidents.recall, [Wish(resource_id=make_resource().id)], by=head)
    write(incidents.recall, [Wish(resource_id=make_engine(name="Kamera").id)], by=chief)

    assert [str(task.title) for task in urgent(chief)] == ["Nach dem Rückruf bereit melden: Kamera"]


def test_yard_worker_who_reports_ready_lands_on_the_page_of_the_day(app_once, client_once, world, head):
    write(incidents.recall, [Wish(resource_id=make_resource().id)], by=head)
    sign_in(client_once, world.actor("bernsdorf", Role.YARD_WORKER))

    answer = client_once.post(f"/einsatz/geraet/{blocks()[0].id}/bereit")

    assert answer.headers["Location"] == "/buchung/heute/"
    assert client_once.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "status", "since"),
    [
        ({"started_day": "2027-01-11"}, 422, []),
        ({"started_time": "03:30"}, 302, [at(3.5)]),
        ({"started_time": "23:30"}, 302, [at(-0.5)]),
        ({"started_day": "2027-01-10", "started_time": "03:30"}, 302, [at(-20.5)]),
    ],
    ids=["day_alone", "earlier_today", "last_night", "both"],
)
def test_true_start_is_what_was_meant(app_once, client_once, chief, typed, status, since):
    device = make_engine().id
    sign_in(client_once, chief)

    answer = client_once.post("/einsatz/", data={"take": device, "key": "k", **typed})

    assert (answer.status_code, [block.since for block in blocks()]) == (status, since)


def test_enter_in_a_number_takes_what_is_ticked_only(app_once, client_once, chief):
    make_engine()
    sign_in(client_once, chief)

    form = client_once.get("/einsatz/").get_data(as_text=True).split('class="form form--wide"')[1]

    assert 'name="take"' not in form.split("<button")[1].split(">")[0]
