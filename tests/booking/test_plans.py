"""Plans of many devices: filtered by town, site and kind, and asked for again only when something changed."""

import re
from datetime import UTC, datetime

import pytest

from booking import reserving
from booking.queries.week import Mark
from commons.clock import stopped_at
from commons.database import write
from commons.permissions import Role
from tests.booking.builders import book, hours, make_resource
from tests.world import sign_in

WEEK = "/buchung/woche?tag=2027-01-13"


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


def text_of(response) -> str:
    return response.get_data(as_text=True)


def devices_on(page: str) -> list[str]:
    return sorted(re.findall(r'<tr><th scope="row"><a href="[^"]+">([^<]+)</a>', page))


def test_plan_shows_the_chosen_town_site_and_kind(app_once, client_once, head, clerk):
    roller = make_resource(name="Walze")
    stage = make_resource(name="Bühne", category="lifting", site_name="Lager Nord")
    other = make_resource(name="Kehrmaschine", owner="bauhof-ossling")
    sign_in(client_once, head)
    chosen = {"gemeinde": roller.owner.municipality_id, "ort": stage.site_id, "art": roller.category_id}
    neighbour = other.owner.municipality_id

    assert devices_on(text_of(client_once.get(f"{WEEK}&art="))) == ["Bühne", "Kehrmaschine", "Walze"]
    assert devices_on(text_of(client_once.get(WEEK))) == ["Bühne", "Walze"]  # the own town's to begin with
    assert devices_on(text_of(client_once.get(f"{WEEK}&ort={chosen['ort']}"))) == ["Bühne"]
    assert devices_on(text_of(client_once.get(f"{WEEK}&gemeinde={neighbour}"))) == ["Kehrmaschine"]
    page = text_of(client_once.get(f"{WEEK}&gemeinde={chosen['gemeinde']}&art={chosen['art']}"))
    assert devices_on(page) == ["Walze"]
    assert f"art={chosen['art']}&amp;ort=&amp;gemeinde={chosen['gemeinde']}" in page
    assert "Bernsdorf, " in page
    assert client_once.get("/buchung/monat?tag=quatsch&ort=x&art=999999999999999999999").status_code == 200


def test_open_plan_is_sent_again_only_when_it_changed(client, clerk, head):
    device = make_resource(name="Walze")
    sign_in(client, head)
    first = client.get(f"{WEEK}&stand=1")
    known = {"If-None-Match": first.headers["ETag"]}

    same = client.get(f"{WEEK}&stand=1", headers=known)
    placed = book(device, hours(9, 11), by=clerk)
    booked = client.get(f"{WEEK}&stand=1", headers=known)
    write(reserving.move, placed.id, hours(9, 12), by=clerk)
    moved = client.get(f"{WEEK}&stand=1", headers={"If-None-Match": booked.headers["ETag"]})

    assert (same.status_code, same.data, booked.status_code, moved.status_code) == (304, b"", 200, 200)
    assert "09:00–11:00" in text_of(booked)
    assert "<html" not in text_of(booked)
    assert f'"If-None-Match": "\\{booked.headers["ETag"][:-1]}\\""' in text_of(booked)


def test_only_who_may_move_a_booking_can_drag_it_and_the_form_asks(client_once, world, clerk, head):
    placed = book(make_resource(name="Walze"), hours(9, 11), by=clerk)
    handle = f'data-move="/buchung/{placed.id}/verlegen"'

    others = {"auditor": world.actor("bernsdorf", Role.AUDITOR), "stranger": world.actor("neukirch", Role.CLERK)}
    seen = {}
    for name, actor in {"owner": head, "booker": clerk, **others}.items():
        sign_in(client_once, actor)
        seen[name] = handle in text_of(client_once.get(f"{WEEK}&art="))
    assert seen == {"owner": True, "booker": True, "auditor": False, "stranger": False}

    sign_in(client_once, clerk)
    form = text_of(client_once.get(f"/buchung/{placed.id}/verlegen?tage=2"))
    assert form.count('value="2027-01-13"') == 2
    assert 'value="09:00"' in form


def test_a_number_longer_than_any_database_counts_chooses_nothing(app_once, client_once, head):
    sign_in(client_once, head)

    assert client_once.get(f"{WEEK}&art={'9' * 5000}").status_code == 200


@pytest.mark.parametrize(
    ("since", "until", "brief"),
    [("07:00", "15:00", "7–15"), ("06:30", "", "6:30–"), ("", "12:00", "–12"), ("", "", "■"), ("00:00", "10:15", "0–10:15")],
    ids=["within", "begins", "ends", "all_day", "from_midnight"],
)
def test_a_day_of_a_month_says_its_times_briefly(since, until, brief):
    assert Mark(since=since, until=until, stage=None, who=None, booking_id=None).brief == brief
