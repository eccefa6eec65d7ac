from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from booking.models import Approver, Kind, Resource
from commons import clock, journal
from commons.database import db, write
from commons.people import Membership, Person, find_person
from commons.permissions import Role
from commons.sheets import read
from cooperation import links
from verbund import importing
from verbund.importing import NobodyToAct, SheetRefused

HEAD = "Name;E-Mail;Telefon;Organisation;Rolle;von;bis\n"
DEVICE_HEAD = "Kennung;Bezeichnung;Kategorie;Eigentümer;Art;Anzahl;Standort;Merkmale;Genehmigung durch;Puffer nachher (Minuten);Maßnahme\n"


@pytest.fixture(autouse=True)
def _clock():
    with clock.stopped_at(datetime(2026, 11, 25, 9, tzinfo=UTC)):
        yield


@pytest.fixture
def administrator(world):
    return world.actor("bernsdorf", Role.ADMINISTRATOR)


@pytest.fixture
def head(world):
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


def people(*lines):
    return (HEAD + "\n".join(lines)).encode()


def devices(*lines):
    return (DEVICE_HEAD + "\n".join(lines)).encode()


def memberships_of(person):
    query = select(Membership).where(Membership.person_id == person.id).order_by(Membership.id)
    return [(one.organisation.key, one.role, one.from_day, one.until_day) for one in db.session.scalars(query)]


def faults_of(verb, content, actor):
    with pytest.raises(SheetRefused) as refusal:
        write(verb, content, by=[actor])
    return [(fault.place, fault.cell) for fault in refusal.value.faults]


def test_import_people_adds_accounts_and_dated_roles(administrator):
    content = people(
        "Jana Měrćinowa;Jana@bernsdorf.example;03578 1;Stadtverwaltung Bernsdorf;Sachbearbeitung;01.01.2026;31.12.2026",
        "Jana Měrćinowa;jana@bernsdorf.example;;bauhof-bernsdorf;building_yard_head;;",
        "Ohne Post;;;Bauhof Bernsdorf;Bauhof;;",
    )

    found = write(importing.import_people, content, by=[administrator])

    jana = find_person("jana@bernsdorf.example")
    assert (found.added, found.roles, found.known) == (2, 3, ())
    assert (jana.name, jana.phone, jana.employer.key) == ("Jana Měrćinowa", "03578 1", "verwaltung-bernsdorf")
    assert memberships_of(jana) == [
        ("verwaltung-bernsdorf", Role.CLERK, date(2026, 1, 1), date(2026, 12, 31)),
        ("bauhof-bernsdorf", Role.BUILDING_YARD_HEAD, date(2026, 11, 25), None),
    ]
    assert [entry.act for entry in journal.entries_about("person", jana.id)] == ["person.added", "role.given", "role.given"]


def test_import_people_again_adds_nobody_and_says_so(administrator):
    content = people("Jana;jana@bernsdorf.example;;Bauhof Bernsdorf;Bauhof;;", "Ohne Post;;;Bauhof Bernsdorf;Bauhof;;")
    write(importing.import_people, content, by=[administrator])
    before = db.session.scalar(select(func.count()).select_from(Person))

    found = write(importing.import_people, content, by=[administrator])

    assert (found.added, found.roles, found.known) == (0, 0, ("Jana", "Ohne Post"))
    assert db.session.scalar(select(func.count()).select_from(Person)) == before


def test_import_people_names_every_cell_at_fault_and_takes_over_nothing(administrator):
    content = people(
        "Gut;gut@bernsdorf.example;;Bauhof Bernsdorf;Bauhof;;",
        ";a b@c;;Bauhof Bernsdorf;Bauhof;;",
        "A;a b@c;;Bauhof Königsbrück;Häuptling;gestern;31.2.2026",
        "B;;;Bauhof Bernsdorf;Bauhof;2.1.2026;1.1.2026",
    )

    found = faults_of(importing.import_people, content, administrator)

    assert found == [
        ("A3", ""),
        ("B4", "a b@c"),
        ("D4", "Bauhof Königsbrück"),
        ("E4", "Häuptling"),
        ("F4", "gestern"),
        ("G4", "31.2.2026"),
        ("G5", "1.1.2026"),
    ]
    assert find_person("gut@bernsdorf.example") is None


def test_import_people_states_what_an_auditor_examines(administrator):
    head = "Name;Organisation;Rolle;prüft ab;prüft bis\n"
    content = f"{head}Rita Rechnung;Stadtverwaltung Bernsdorf;Rechnungsprüfung;01.01.2026;31.12.2026".encode()
    write(importing.import_people, content, by=[administrator])

    found = db.session.scalars(select(Membership).join(Membership.person).where(Person.name == "Rita Rechnung")).one()

    assert (found.scope_from, found.scope_until) == (date(2026, 1, 1), date(2026, 12, 31))
    clerk = f"{head}Karl Klerk;Stadtverwaltung Bernsdorf;Sachbearbeitung;01.01.2026;".encode()
    assert faults_of(importing.import_people, clerk, administrator) == [("D2", "01.01.2026")]


def test_import_people_cannot_change_the_own_role(administrator):
    mail = db.session.get_one(Person, administrator.person_id).email

    assert faults_of(importing.import_people, people(f"Ich;{mail};;Bauhof Bernsdorf;Bauhofleitung;;"), administrator) == [("E2", "Bauhofleitung")]


def test_import_people_needs_somebody_who_may(world):
    with pytest.raises(NobodyToAct):
        write(importing.import_people, people(), by=[world.actor("bernsdorf", Role.CLERK)])


def test_import_devices_registers_for_the_owner_and_hangs_them_on_their_measure(head):
    content = devices("rasen-1;Aufsitzmäher;Grünpflege;Bauhof Bernsdorf;Einzelgerät;;Bauhof Bernsdorf;Breite=1,2 m|Leistung=15 kW;Bauhofleitung;30;36")

    assert write(importing.import_devices, content, by=[head]).added == 1

    device = db.session.scalars(select(Resource).where(Resource.key == "rasen-1")).one()
    assert (device.name, device.kind, device.quantity, device.owner.key) == ("Aufsitzmäher", Kind.SINGLE, 1, "bauhof-bernsdorf")
    assert (device.approval_by, device.buffer_after_min) == (Approver.BUILDING_YARD_HEAD, 30)
    assert device.features == {"Breite": "1,2 m", "Leistung": "15 kW"}
    assert links.measure_of("resource", device.id).number == 36


def test_import_devices_names_every_cell_at_fault_and_takes_over_nothing(head):
    content = devices(
        "gut;Aufsitzmäher;Grünpflege;Bauhof Bernsdorf;Einzelgerät;;Bauhof Bernsdorf;;;;36",
        "x;Y;Raumfahrt;Bauhof Oßling;Rakete;-1;Hof;;Häuptling;viel;x",
        "z;Z;Grünpflege;Bauhof Bernsdorf;Pool;0;Hof;;;;36",
        "heimatlos;Z;Grünpflege;Bauhof Bernsdorf;Einzelgerät;;Hof;;;;",
        "fern;Z;Grünpflege;Bauhof Bernsdorf;Einzelgerät;;Hof;;;;777",
    )

    found = faults_of(importing.import_devices, content, head)

    assert [place for place, _ in found] == ["C3", "D3", "E3", "F3", "I3", "J3", "K3", "F4", "K5", "K6"]
    assert db.session.scalar(select(Resource.id).where(Resource.key == "gut")) is None


def test_templates_offer_what_the_own_municipality_has(administrator, head):
    people_book, devices_book = importing.people_template(administrator), importing.devices_template(head)

    from verbund.importing.devices import DEVICES
    from verbund.importing.people import PEOPLE

    assert read(people_book, PEOPLE) == read(devices_book, DEVICES) == []
    assert people_book.startswith(b"PK")
