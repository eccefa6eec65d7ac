"""What lending brings is told to the measure of the device, and its page says from which device it comes."""

from datetime import timedelta
from decimal import Decimal

import pytest

from booking import handover
from booking.handover import Entry, Record
from commons.clock import stopped_at
from commons.database import write
from cooperation import queries
from cooperation.stages import EffectKind
from tests.booking.builders import at, book, hours, make_resource
from tests.world import sign_in


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(at(9)):
        yield


def enter(device, organisation_id, *, by, length=timedelta(hours=4)):
    entry = Entry(resource_id=device.id, organisation_id=organisation_id, out_at=at(-40), back_at=at(-40) + length, operator="Karl Beispiel")
    return write(handover.enter, entry, by=by)


def hours_of(measure, actor):
    return [(source.kind, effect.kind, effect.achieved) for source in queries.sources_of(measure, actor) for effect in source.effects]


def test_take_back_tells_the_measure_how_long_another_municipality_had_the_device(app, head, clerk):
    device = make_resource()
    placed = book(device, hours(9, 15), by=clerk)
    record = {"operator": "Karl Beispiel", "order_confirmed": True}

    write(handover.hand_out, placed.id, Record(at=at(9), **record), by=head)
    with stopped_at(at(12)):
        write(handover.take_back, placed.id, Record(at=at(12), **record), by=head)

    assert hours_of(queries.find_measure(device.measure_number), clerk) == [("resource", EffectKind.HOURS_USED, Decimal(3))]


def test_uses_of_a_device_add_up_and_the_own_use_counts_nothing(app, head, clerk, neighbour):
    device = make_resource()

    enter(device, clerk.organisation_id, by=head)
    enter(device, clerk.organisation_id, by=head, length=timedelta(minutes=20))
    enter(device, neighbour.organisation_id, by=head)
    enter(device, head.organisation_id, by=head)

    assert hours_of(queries.find_measure(device.measure_number), clerk) == [("resource", EffectKind.HOURS_USED, Decimal("8.3"))]


def test_device_that_moves_to_another_measure_leaves_what_it_brought(app_once, head, clerk):
    device = make_resource()
    before, after = queries.find_measure(device.measure_number), queries.find_measure(46)
    enter(device, clerk.organisation_id, by=head)

    def _move() -> None:
        device.measure_number = after.number

    write(_move)
    enter(device, clerk.organisation_id, by=head, length=timedelta(hours=1))

    assert [hours_of(measure, clerk)[0][2] for measure in (before, after)] == [Decimal(4), Decimal(1)]


def test_page_of_the_measure_leads_to_the_device_that_brought_the_hours(client_once, world, head, clerk):
    device = make_resource(name="Radlader")
    enter(device, clerk.organisation_id, by=head)
    sign_in(client_once, clerk)

    page = client_once.get(f"/massnahmen/{queries.find_measure(device.measure_number).id}").get_data(as_text=True)

    assert "Woraus sich die Wirkung ergibt" in page
    assert "4 Stunden" in page
