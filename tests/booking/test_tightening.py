"""Tighter terms of an owner list whom they hit, with proposals; what was seen stays, what was answered moves, all in one step."""

from datetime import datetime, time, timedelta

import pytest

from booking import fleet, reserving, settling
from booking.fleet import BookingsAffected
from booking.models import Bookers, Inspection, ReadinessClass, Resource
from booking.periods import Period
from booking.queries.bookings import get_booking
from booking.queries.equivalents import swaps_for
from booking.rules.fitness import InspectionExpired
from booking.rules.terms import Closed, NoticeShort, TooLong
from booking.settling import Answer, Way
from booking.stages import Stage
from commons.clock import stopped_at
from commons.database import db, write
from commons.errors import ChangedMeanwhile
from commons.words import say
from tests.booking.builders import MONDAY, at, book, hours, make_kit, make_pool, make_resource
from tests.booking.guard_machine import registration_with
from tests.world import sign_in

WEEK = dict.fromkeys(range(5), (time(10), time(15)))


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(6)):
        yield


def change(device, *, by, answers=(), **changed):
    version = db.session.get_one(Resource, device.id).version
    return write(settling.change, device.id, registration_with(device, **changed), version=version, answers=list(answers), by=by)


def hit(device, *, by, **changed):
    """Return which bookings a change lists; none when it is saved at once."""
    try:
        change(device, by=by, **changed)
    except BookingsAffected as affected:
        return affected.bookings
    return []


@pytest.mark.parametrize(
    ("changed", "listed"),
    [
        ({"longest_minutes": 119}, True),
        ({"longest_minutes": 120}, False),
        ({"notice_minutes": 4 * 60}, True),
        ({"notice_minutes": 3 * 60}, False),
        ({"bookers": Bookers.OWN}, True),
        ({"bookers": Bookers.YARDS}, True),
        ({"readiness_class": ReadinessClass.A}, True),
        ({"readiness_class": ReadinessClass.B, "name": "Anders", "tariff_text": "10 €"}, False),
    ],
    ids=str,
)
def test_change_lists_whom_new_terms_would_refuse(app_once, clerk, head, changed, listed):
    device = make_resource()
    placed = book(device, hours(9, 11), by=clerk)

    assert hit(device, by=head, **changed) == ([placed.id] if listed else [])


def test_longer_buffers_list_who_stands_in_each_others(app_once, clerk, head):
    device, pool = make_resource(), make_pool(3)
    kit = make_kit(device)
    near = [book(one, hours(*times), by=clerk).id for one, times in ((device, (9, 10)), (kit, (10.5, 11)), (device, (13, 14)))]
    book(pool, hours(9, 10), by=clerk, quantity=2)
    book(pool, hours(10, 11), by=clerk)

    assert hit(device, by=head, buffer_after_min=60) == near[:2]
    assert hit(pool, by=head, buffer_after_min=60) == []


def test_what_stays_is_told_nothing_and_what_is_answered_follows_the_new_terms(app, clerk, head):
    device = make_resource()
    stays, moves, goes = (book(device, hours(start, start + 2), by=clerk).id for start in (9, 12, 15))
    answers = [
        Answer(booking_id=stays, way=Way.STAY, version=1),
        Answer(booking_id=moves, way=Way.TIME, period=hours(12, 13), version=1),
        Answer(booking_id=goes, way=Way.CANCEL, version=1),
    ]

    with pytest.raises(BookingsAffected):
        change(device, by=head, answers=answers[:2], longest_minutes=60)
    with pytest.raises(ChangedMeanwhile):
        change(device, by=head, answers=[Answer(booking_id=goes, way=Way.CANCEL, version=2)], longest_minutes=60)
    with pytest.raises(TooLong):
        change(device, by=head, answers=[Answer(booking_id=moves, way=Way.TIME, period=hours(18, 20)), *answers[::2]], longest_minutes=60)
    change(device, by=head, answers=answers, longest_minutes=60)

    assert [get_booking(id_, clerk).period for id_ in (stays, moves)] == [hours(9, 11), hours(12, 13)]
    assert (get_booking(goes, clerk).stage, get_booking(goes, clerk).reason) == (Stage.CANCELLED, "Neue Angaben zum Gerät")
    assert hit(db.session.get_one(Resource, device.id), by=head, longest_minutes=30) == [moves]


def test_hours_page_lists_what_begins_or_ends_while_it_will_be_closed(app_once, client_once, clerk, head):
    device = make_resource(name="Walze")
    site_id, early, late = device.site_id, book(device, hours(7, 9), by=clerk).id, book(device, hours(12, 14), by=clerk).id
    over = book(device, hours(15, 24 + 11), by=clerk).id
    sign_in(client_once, head)
    data = {f"{name}_{day}": value for day in range(5) for name, value in (("opens", "10:00"), ("closes", "15:00"))}

    preview = client_once.post(f"/buchung/geraete/standorte/{site_id}", data=data)
    page = preview.get_data(as_text=True)
    answer = page.split(f'name="way_{early}" value="time:')[1].split('"')[0]
    assert 'value="stay" checked' in page
    saved = client_once.post(f"/buchung/geraete/standorte/{site_id}", data={**data, f"way_{early}": f"time:{answer}", f"version_{early}": "1"})

    assert (preview.status_code, saved.status_code) == (409, 302)
    assert not any(f"way_{id_}" in page for id_ in (late, over))
    assert get_booking(early, clerk).period == Period(*(datetime.fromisoformat(moment) for moment in answer.split("/")))


def test_hours_keep_who_has_seen_and_never_list_what_was_outside_before(app, clerk, head):
    device = make_resource()
    early = book(device, hours(7, 9), by=clerk).id

    with pytest.raises(BookingsAffected) as affected:
        write(settling.set_hours, device.site_id, address="", opening=WEEK, answers=[], by=head)
    assert affected.value.bookings == [early]
    write(settling.set_hours, device.site_id, address="", opening=WEEK, answers=[Answer(booking_id=early, way=Way.STAY)], by=head)
    write(fleet.set_hours, device.site_id, address="", opening={**WEEK, 0: (time(11), time(14))}, by=head)


def test_swap_keeps_to_hours_notice_and_inspections_of_the_other_owner(app_once, clerk, head):
    mine = make_resource(category="lifting", equivalence="Bühne")
    placed = book(mine, hours(9, 11), by=clerk)
    short, closed, due, fine = (
        make_resource(category="lifting", equivalence="Bühne", owner="bauhof-koenigsbrueck", **terms)
        for terms in ({"notice_minutes": 600}, {"site_name": "Außenlager"}, {}, {})
    )
    closed.site.opening = {"0": ["12:00", "13:00"]}
    db.session.add(Inspection(resource_id=due.id, key="uvv", name="UVV", interval_months=12, next_on=MONDAY.date() - timedelta(days=1)))
    db.session.commit()
    item = get_booking(placed.id, clerk).items[0]

    for device, refusal in ((short, NoticeShort), (closed, Closed), (due, InspectionExpired)):
        with pytest.raises(refusal):
            write(reserving.swap, placed.id, item.id, device.id, by=head)
    assert [device.id for device in swaps_for(get_booking(placed.id, head).items[0], head)] == [fine.id]


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        (1, say("Das Gerät wird höchstens eine Minute am Stück verliehen.")),
        (90, say("Das Gerät wird höchstens %(count)s Minuten am Stück verliehen.", count=90)),
        (60, say("Das Gerät wird höchstens eine Stunde am Stück verliehen.")),
        (24 * 60, say("Das Gerät wird höchstens %(count)s Stunden am Stück verliehen.", count=24)),
        (48 * 60, say("Das Gerät wird höchstens %(days)s Tage am Stück verliehen.", days=2)),
    ],
)
def test_longest_loan_is_told_in_its_own_unit(minutes, sentence):
    assert str(TooLong(timedelta(minutes=minutes)).message) == str(sentence)
