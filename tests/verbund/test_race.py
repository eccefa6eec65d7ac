"""Many people ask for the same hour at the same time, through the running server with several workers."""

from datetime import UTC, timedelta

from sqlalchemy import func, select

from booking.models import Booking, Occupancy, Resource
from booking.periods import Period
from booking.stages import Stage
from commons.database import db
from commons.permissions import Role
from tests.booking.builders import approved_by, book, make_kit, make_pool, make_resource
from tests.verbund.racing import START, Arena, Rival, answers_of, heads, overlaps, race
from tests.world import World


def held(keys: list[str]) -> int:
    query = select(func.count()).select_from(Occupancy).join(Resource, Resource.id == Occupancy.resource_id)
    return db.session.scalar(query.where(Resource.key.in_(keys))) or 0


def test_case_65_eight_people_on_fifty_devices(arena):
    devices = [(device.key, f"/buchung/geraete/{device.id}/buchen") for device in (make_resource() for _ in range(50))]
    rivals = arena.rivals(devices[0][1])

    race(rivals, [lambda rival, key=key, page=page: rival.ask([(key, 1)], page) for key, page in devices])

    answers = answers_of(rivals)
    assert [fault for rival in rivals for fault in rival.faults] == []
    assert answers[201] + answers[302] == 50
    assert answers[409] == 350
    assert held([key for key, _ in devices]) == 50
    assert overlaps() == 0


def test_case_62_double_click_is_one_booking(arena):
    page = f"/buchung/geraete/{make_resource().id}/buchen"
    rivals = [Rival(arena.app, World().actor("neukirch", Role.CLERK), by_page=True) for _ in range(2)]
    for rival in rivals:
        rival.prepare(arena.port, page)
    start = START + timedelta(days=7)
    typed = {"start_time": f"{start:%H:%M}", "end_time": f"{start + timedelta(hours=1):%H:%M}", "purpose": "Doppelklick"}

    def click(rival: Rival, number: int) -> None:
        day = f"{start + timedelta(days=number):%Y-%m-%d}"
        rival.press(page, start_day=day, end_day=day, key=f"click-{number}", **typed)

    race(rivals, [lambda rival, number=number: click(rival, number) for number in range(6)])

    assert answers_of(rivals) == {302: 12}
    assert db.session.scalar(select(func.count()).select_from(Booking).where(Booking.purpose == "Doppelklick")) == 6


def test_case_66_pools_give_exactly_what_they_have(arena):
    ones, twos = make_pool(5).key, make_pool(5).key
    rivals = arena.rivals()

    race(rivals, [lambda rival, key=key, number=number: rival.ask([(key, number)], "") for number, key in ((1, ones), (2, twos)) for _ in range(3)])

    answers_of(rivals)
    accepted = [[answer for rival in rivals for answer in rival.answers[part]].count(201) for part in (slice(0, 3), slice(3, 6))]
    assert accepted == [5, 2]
    assert [held([key]) for key in (ones, twos)] == [5, 2]
    assert {status for rival in rivals for status in rival.answers} == {201, 409}


def test_case_69_opposite_order_and_kits_have_one_winner(arena):
    first, second = make_resource(), make_resource()
    orders = [[(first.key, 1), (second.key, 1)], [(second.key, 1), (first.key, 1)], [(make_kit(first, second).key, 1)]]
    rivals = arena.rivals()

    race(rivals, [lambda rival, n=number: rival.ask(orders[rivals.index(rival) % 3], "", START + timedelta(days=n)) for number in range(10)])

    assert answers_of(rivals) == {201: 10, 409: 70}
    assert overlaps() == 0


def test_race_leaves_every_booking_whole(arena):
    device, pool = make_resource().key, make_pool(3).key
    rivals = arena.rivals()

    race(rivals, [lambda rival: rival.ask([(device, 1), (pool, 2)], "")])

    assert answers_of(rivals) == {201: 1, 409: 7}
    assert held([device, pool]) == 2


def requested(arena: Arena, rounds: int) -> list[tuple[int, int]]:
    """Ask twice for the same hour of a device whose open requests do not block, once a round."""
    clerks = [World().actor(town, Role.CLERK) for town in ("ossling", "neukirch")]
    device = approved_by(request_blocks=False)
    pairs = []
    for number in range(rounds):
        start = START + timedelta(days=number)
        period = Period(start.astimezone(UTC), (start + timedelta(hours=2)).astimezone(UTC))
        pairs.append(tuple(book(device, period, by=clerk).id for clerk in clerks))
    return pairs


def test_case_68_approve_against_approve_has_one_winner(arena):
    pairs = requested(arena, 8)
    head = World().actor("bernsdorf", Role.BUILDING_YARD_HEAD)
    rivals = heads(arena, head, head)

    race(rivals, [lambda rival, pair=pair: rival.press(f"/buchung/{pair[rivals.index(rival)]}/bestaetigen") for pair in pairs])

    assert answers_of(rivals) == {302: 8, 409: 8}
    assert [fault for rival in rivals for fault in rival.faults] == []
    stages = [sorted(db.session.get_one(Booking, id_).stage for id_ in pair) for pair in pairs]
    assert stages == [["confirmed", "requested"]] * 8


def test_case_68_approve_against_cancel_ends_in_one_of_both_orders(arena):
    pairs = requested(arena, 8)
    rivals = heads(arena, World().actor("bernsdorf", Role.BUILDING_YARD_HEAD), World().actor("ossling", Role.CLERK))
    act = (("bestaetigen", {}), ("stornieren", {"reason": "", "version": ""}))

    def press(rival: Rival, booking_id: int) -> None:
        word, data = act[rivals.index(rival)]
        rival.press(f"/buchung/{booking_id}/{word}", **data)

    race(rivals, [lambda rival, pair=pair: press(rival, pair[0]) for pair in pairs])

    answers_of(rivals)
    assert [fault for rival in rivals for fault in rival.faults] == []
    assert {db.session.get_one(Booking, pair[0]).stage for pair in pairs} == {Stage.CANCELLED}
    assert overlaps() == 0
