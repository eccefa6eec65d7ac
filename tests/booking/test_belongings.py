"""What a keeper says of the own devices: yearly closures, hours, parts, stock, files."""

import io
from datetime import UTC, datetime, time

import pytest

from booking import fleet
from booking.fleet import Items, NotOwner
from booking.fleet.belongings import FileRefused, SerialTwice, StockWrong
from booking.fleet.seasons import extend_all
from booking.models import Closure
from booking.periods import Period
from booking.queries.belongings import files_of, seasons_of, shares_of, sites
from booking.queries.fleet import get_resource
from booking.rules.occupancy import PeriodTaken
from booking.rules.seasons import NoSuchDay, Yearly
from booking.rules.terms import Closed
from commons.clock import stopped_at
from commons.database import db, write
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import at, book, hours, make_kit, make_pool, make_resource, occupied, wall
from tests.world import sign_in

WINTER = Yearly(from_month=11, from_day=1, until_month=3, until_day=31)
PIXEL = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


def test_yearly_periods_run_over_the_year_and_begin_with_the_window():
    since, until = datetime(2027, 1, 11, 5, tzinfo=UTC), datetime(2028, 12, 1, tzinfo=UTC)

    periods = list(WINTER.periods(since, until))

    assert periods == [
        Period(since, wall("2027-04-01T00:00", "2027-04-02T00:00").start),
        wall("2027-11-01T00:00", "2028-04-01T00:00"),
        wall("2028-11-01T00:00", "2029-04-01T00:00"),
    ]


def test_yearly_29_february_is_the_last_of_the_month():
    leap = Yearly(from_month=2, from_day=29, until_month=2, until_day=29)

    assert list(leap.periods(at(0), datetime(2027, 12, 1, tzinfo=UTC))) == [wall("2027-02-28T00:00", "2027-03-01T00:00")]


@pytest.mark.parametrize(("month", "day"), [(2, 30), (4, 31), (13, 1), (1, 0)], ids=["february_30", "april_31", "month_13", "day_0"])
def test_yearly_refuses_days_that_do_not_exist(month, day):
    with pytest.raises(NoSuchDay):
        Yearly(from_month=month, from_day=day, until_month=12, until_day=31)


def test_season_closes_each_year_and_the_worker_writes_the_next(app, head, clerk):
    device = make_resource(advance_days=400)
    season = write(fleet.close_yearly, device.id, WINTER, reason="Winterdienst", by=head)

    with pytest.raises(PeriodTaken):
        book(device, wall("2027-12-01T07:00", "2027-12-01T09:00"), by=clerk)
    book(device, wall("2027-06-01T07:00", "2027-06-01T09:00"), by=clerk)
    count = db.session.query(Closure).filter_by(season_id=season.id).count()
    with stopped_at(datetime(2028, 6, 1, tzinfo=UTC)):
        extend_all()
        extend_all()
    assert db.session.query(Closure).filter_by(season_id=season.id).count() == count + 1

    write(fleet.lift_season, season.id, by=head)
    assert seasons_of(device.id) == []
    assert occupied(device) == [wall("2027-06-01T07:00", "2027-06-01T09:00")]
    assert {"resource.closed_yearly", "resource.reopened_yearly"} <= {entry.act for entry in entries_about("resource", device.id)}


def test_opening_hours_bind_new_bookings(app_once, client_once, head, clerk):
    device = make_resource()
    site = device.site_id
    sign_in(client_once, head)
    hours_of = {f"{word}_{day}": text for day in range(5) for word, text in (("opens", "07:00"), ("closes", "15:30"))}

    saved = client_once.post(f"/buchung/geraete/standorte/{site}", data={"address": "Hauptstraße 1", **hours_of})
    wrong = client_once.post(f"/buchung/geraete/standorte/{site}", data={"opens_0": "15:00", "closes_0": "07:00"})

    assert (saved.status_code, wrong.status_code) == (302, 422)
    assert "Montag" in wrong.get_data(as_text=True)
    with pytest.raises(Closed):
        book(db.session.get(type(device), device.id), hours(6.5, 8), by=clerk)
    assert "07:00" in client_once.get(f"/buchung/geraete/standorte/{site}").get_data(as_text=True)
    assert "07:00–15:30" in client_once.get("/buchung/geraete/standorte").get_data(as_text=True)
    assert [entry.act for entry in entries_about("site", site)] == ["site.changed"]


def test_opening_hours_are_the_owners(app_once, world):
    site = make_resource().site

    with pytest.raises(NotOwner):
        write(fleet.set_hours, site.id, address="", opening={0: (time(7), time(8))}, by=world.actor("ossling", Role.BUILDING_YARD_HEAD))
    assert site.id not in {one.id for one in sites(world.actor("ossling", Role.BUILDING_YARD_HEAD))}


def test_stock_mixes_numbers_and_bulk_and_shows_shares(app_once, client_once, world, head):
    pool = make_pool(10)
    pool_id, mine, theirs = pool.id, head.organisation_id, world.actor("ossling", Role.BUILDING_YARD_HEAD).organisation_id
    with pytest.raises(StockWrong):
        write(fleet.count_stock, pool_id, [Items(owner_id=mine, quantity=9)], by=head)
    with pytest.raises(SerialTwice):
        write(fleet.count_stock, pool_id, [Items(owner_id=mine, serial="A1"), Items(owner_id=mine, serial="A1"), Items(owner_id=mine, quantity=8)], by=head)
    sign_in(client_once, head)
    rows = {"owner_1": mine, "number_1": 5, "owner_2": mine, "number_2": 1, "serial_2": "A1", "owner_3": theirs, "number_3": 4, "owner_4": mine, "number_4": ""}

    saved = client_once.post(f"/buchung/geraete/{pool_id}/bestand", data=rows)

    assert saved.status_code == 302
    assert [(share.owner.id, share.quantity, share.serials) for share in shares_of(pool_id)] == [(mine, 6, ["A1"]), (theirs, 4, [])]
    page = client_once.get(f"/buchung/geraete/{pool_id}").get_data(as_text=True)
    assert "Wem der Bestand gehört" in page
    assert "A1" in client_once.get(f"/buchung/geraete/{pool_id}/bestand").get_data(as_text=True)


def test_parts_of_a_kit_are_set_on_a_page(app_once, client_once, head, clerk):
    sweeper, trailer = make_resource(name="Kehrmaschine"), make_resource(name="Anhänger")
    kit_id, part_id, other_id = make_kit(sweeper).id, sweeper.id, trailer.id
    sign_in(client_once, head)
    assert "Anhänger" in client_once.get(f"/buchung/geraete/{kit_id}/teile").get_data(as_text=True)

    saved = client_once.post(f"/buchung/geraete/{kit_id}/teile", data={f"part_{part_id}": "1", f"part_{other_id}": "1"})
    none = client_once.post(f"/buchung/geraete/{kit_id}/teile", data={})

    assert (saved.status_code, none.status_code) == (302, 422)
    assert {part.part_id for part in get_resource(kit_id, clerk).parts} == {part_id, other_id}
    book(get_resource(kit_id, clerk), hours(9, 10), by=clerk)
    booked = client_once.post(f"/buchung/geraete/{kit_id}/teile", data={f"part_{part_id}": "1"})
    assert booked.status_code == 409
    with pytest.raises(PeriodTaken):
        book(get_resource(other_id, clerk), hours(9, 10), by=clerk)


def test_odd_numbers_of_parts_and_items_are_refused_or_cleaned(app, client, head):
    part_id, pool_id = make_resource().id, make_pool(1).id
    kit_id = make_kit(get_resource(part_id, head)).id
    sign_in(client, head)

    for number in ("0", "2", "999999999"):
        assert client.post(f"/buchung/geraete/{kit_id}/teile", data={f"part_{part_id}": "1", f"number_{part_id}": number}).status_code == 422
    items = {"owner_1": str(head.organisation_id), "number_1": "1", "serial_1": "4\x007"}
    assert client.post(f"/buchung/geraete/{pool_id}/bestand", data=items).status_code == 302
    assert [share.serials for share in shares_of(pool_id)] == [["47"]]
    assert client.post(f"/buchung/geraete/jaehrliche-sperren/{10**20}/aufheben").status_code == 404


def test_yearly_closure_that_finds_its_pool_closed_holds_up_no_other(head):
    pool, device = make_pool(2), make_resource()
    for each in (pool, device):
        write(fleet.close_yearly, each.id, WINTER, reason="Winterdienst", by=head)
    write(fleet.close, pool.id, wall("2031-01-07T00:00", "2031-01-08T00:00"), reason="Prüfung", by=head, quantity=1)
    before = len(occupied(device))

    with stopped_at(datetime(2028, 6, 1, 8, tzinfo=UTC)):
        extend_all()

    assert len(occupied(device)) > before


def test_files_are_shown_to_members_and_kept_by_the_owner(app_once, client_once, world, head, clerk):
    device_id = make_resource().id
    sign_in(client_once, head)

    for name, kind in (("vorn.png", "image/png"), ("anleitung.pdf", "application/pdf")):
        sent = {"file": (io.BytesIO(PIXEL), name, kind), "caption": name}
        assert client_once.post(f"/buchung/geraete/{device_id}/dateien", data=sent, content_type="multipart/form-data").status_code == 302
    with pytest.raises(FileRefused):
        write(fleet.add_file, device_id, name="x.html", media_type="text/html", content=b"<p>", caption="", by=head)
    photo, document = (one.id for one in files_of(device_id))

    sign_in(client_once, clerk)
    page = client_once.get(f"/buchung/geraete/{device_id}").get_data(as_text=True)
    shown, given = (client_once.get(f"/buchung/geraete/datei/{id_}") for id_ in (photo, document))
    assert ("vorn.png" in page, shown.mimetype, "attachment" in given.headers["Content-Disposition"]) == (True, "image/png", True)
    assert client_once.post(f"/buchung/geraete/datei/{photo}/entfernen").status_code == 403
    sign_in(client_once, world.stranger)
    assert client_once.get(f"/buchung/geraete/datei/{photo}").status_code == 404
    sign_in(client_once, head)
    assert client_once.post(f"/buchung/geraete/datei/{photo}/entfernen").status_code == 302
    assert [one.id for one in files_of(device_id)] == [document]
