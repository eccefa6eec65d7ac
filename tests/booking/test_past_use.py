"""Uses entered later, objections to them, and what each municipality lent and borrowed."""

from decimal import Decimal

import pytest

from booking import handover
from booking.handover import Entry
from booking.handover.entering import AlreadyObjected
from booking.models import Resource
from booking.queries.handover import get_use, lent_and_borrowed
from booking.rules.fitness import MomentWrong, OperatorMissing
from commons.clock import stopped_at
from commons.database import write
from commons.errors import NotAllowed
from commons.journal import entries_about
from commons.permissions import Role
from tests.booking.builders import at, make_resource
from tests.booking.emergencies import subjects

NOW = at(9)


@pytest.fixture(autouse=True)
def _clock():
    with stopped_at(NOW):
        yield


def entry(device: Resource, organisation_id: int, **overrides) -> Entry:
    values = {"resource_id": device.id, "organisation_id": organisation_id, "out_at": at(-40), "back_at": at(-36), "operator": "Karl Beispiel"}
    return Entry(**(values | overrides))


def test_enter_past_use_is_marked_and_told(app, head, clerk):
    device = make_resource(name="Radlader")
    first = write(handover.enter, entry(device, clerk.organisation_id), by=head)

    second = write(handover.enter, entry(device, head.organisation_id), by=head)

    assert first.entered_later
    assert second.entered_later
    assert (first.out_at, first.back_at) == (second.out_at, second.back_at)  # life may overlap
    assert subjects(clerk.person_id)[-1] == "Nachgetragen: Nutzung von Radlader"
    assert [one.act for one in entries_about("use", first.id)] == ["use.entered"]


@pytest.mark.parametrize(
    ("overrides", "refusal"),
    [({"back_at": at(10)}, MomentWrong), ({"back_at": at(-41)}, MomentWrong), ({"operator": ""}, OperatorMissing)],
    ids=["ahead", "backwards", "no_operator"],
)
def test_enter_refuses(app_once, head, overrides, refusal):
    device = make_resource()

    with pytest.raises(refusal):
        write(handover.enter, entry(device, head.organisation_id, **overrides), by=head)


def test_enter_for_a_foreign_device_is_refused(app_once, world, clerk):
    with pytest.raises(NotAllowed):
        write(handover.enter, entry(make_resource(), clerk.organisation_id), by=world.actor("ossling", Role.BUILDING_YARD_HEAD))


def test_object_to_an_entry_stands_beside_it(app_once, head, clerk):
    use = write(handover.enter, entry(make_resource(name="Radlader"), clerk.organisation_id), by=head)

    write(handover.object_to, use.id, "Wir hatten ihn nicht.", by=clerk)

    assert get_use(use.id, head).objection == "Wir hatten ihn nicht."
    assert subjects(head.person_id)[-1] == "Widerspruch zur Nutzung: Radlader"
    with pytest.raises(NotAllowed):
        write(handover.object_to, use.id, "Doch.", by=head)
    with pytest.raises(AlreadyObjected):
        write(handover.object_to, use.id, "Hat sich erledigt.", by=clerk)


def test_lent_and_borrowed_shows_both_directions_and_no_third(app_once, world, head, clerk):
    write(handover.enter, entry(make_resource(), clerk.organisation_id), by=head)
    write(handover.enter, entry(make_resource(), head.organisation_id), by=head)
    times = {"since": at(-1000), "until": at(1000)}

    lent, borrowed, third = (lent_and_borrowed(actor, **times) for actor in (head, clerk, world.actor("neukirch", Role.CLERK)))

    assert [(one.municipality.key, len(one.lent), one.lent_hours, len(one.borrowed)) for one in lent] == [("ossling", 1, Decimal("4.0"), 0)]
    assert [(one.municipality.key, len(one.lent), len(one.borrowed), one.borrowed_hours) for one in borrowed] == [("bernsdorf", 0, 1, Decimal("4.0"))]
    assert third == []
