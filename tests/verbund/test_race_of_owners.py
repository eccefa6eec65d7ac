"""Owners and bookers at the same moment, through the running server: the outcome is that of one order or the other."""

from collections import Counter
from datetime import timedelta

from booking.models import Kind, Resource
from booking.periods import Period
from commons.database import db
from commons.permissions import Role
from tests.booking.builders import book, make_pool, make_resource
from tests.verbund.racing import START, Rival, answers_of, heads, overlaps, race
from tests.world import World

ROUNDS = 6


def typed(start, hours: int) -> dict[str, str]:
    end = start + timedelta(hours=hours)
    return {"start_day": f"{start:%Y-%m-%d}", "start_time": f"{start:%H:%M}", "end_day": f"{end:%Y-%m-%d}", "end_time": f"{end:%H:%M}"}


def day(number: int):
    return START + timedelta(days=number)


def two(arena) -> tuple[Rival, Rival]:
    owner, booker = heads(arena, World().actor("bernsdorf", Role.BUILDING_YARD_HEAD), World().actor("ossling", Role.CLERK))
    return owner, booker


def each_round_has_one_winner(rivals) -> None:
    answers_of(rivals)
    assert [fault for rival in rivals for fault in rival.faults] == []
    assert {tuple(sorted(pair)) for pair in zip(*(rival.answers for rival in rivals), strict=True)} == {(302, 409)}, Counter(rivals[0].answers)
    assert overlaps() == 0


def test_case_68_closure_against_create(arena):
    device = make_resource()
    close, ask = f"/buchung/geraete/{device.id}/sperren", f"/buchung/geraete/{device.id}/buchen"
    owner, booker = two(arena)

    def act(rival: Rival, number: int) -> None:
        if rival is owner:
            rival.press(close, reason="Wartung", **typed(day(number), 2))
        else:
            rival.press(ask, purpose="Markt", key=f"closure-{number}", **typed(day(number) + timedelta(hours=1), 2))

    race([owner, booker], [lambda rival, number=number: act(rival, number) for number in range(ROUNDS)])

    each_round_has_one_winner([owner, booker])


def test_case_68_extend_against_create(arena):
    device, clerk = make_resource(), World().actor("ossling", Role.CLERK)
    periods = [Period(day(number), day(number) + timedelta(hours=2)) for number in range(ROUNDS)]
    placed = [book(device, period, by=clerk).id for period in periods]
    ask = f"/buchung/geraete/{device.id}/buchen"
    booker, other = heads(arena, clerk, World().actor("neukirch", Role.CLERK))

    def act(rival: Rival, number: int) -> None:
        if rival is booker:
            rival.press(f"/buchung/{placed[number]}/verlegen", version="", **typed(day(number), 4))
        else:
            rival.press(ask, purpose="Markt", key=f"extend-{number}", **typed(day(number) + timedelta(hours=2), 2))

    race([booker, other], [lambda rival, number=number: act(rival, number) for number in range(ROUNDS)])

    each_round_has_one_winner([booker, other])


def test_case_68_capacity_cut_against_create(arena):
    clerk = World().actor("ossling", Role.CLERK)
    pools = [make_pool(5, name=f"Bauzäune {number}") for number in range(ROUNDS)]
    for number, pool in enumerate(pools):
        book(pool, Period(day(number), day(number) + timedelta(hours=2)), by=clerk, quantity=3)
    facts = [(pool.id, pool.key, pool.name, str(pool.owner_id), str(pool.category_id), pool.site.name, str(pool.measure_number)) for pool in pools]
    owner, booker = two(arena)

    def act(rival: Rival, number: int) -> None:
        id_, key, name, owner_id, category_id, site, measure = facts[number]
        if rival is owner:
            what = {"name": name, "key": key, "owner": owner_id, "category": category_id, "site": site, "quantity": "3", "version": "1"}
            terms = {"buffer_before_min": "0", "buffer_after_min": "0", "approval_by": "", "readiness_class": "", "measure_number": measure}
            rival.press(f"/buchung/geraete/{id_}/bearbeiten", **what, **terms)
        else:
            times = typed(day(number) + timedelta(hours=1), 2)
            rival.press(f"/buchung/geraete/{id_}/buchen", purpose="Markt", key=f"cut-{number}", **{**times, "quantity": "2"})

    race([owner, booker], [lambda rival, number=number: act(rival, number) for number in range(ROUNDS)])

    each_round_has_one_winner([owner, booker])
    left = [db.session.get_one(Resource, id_).quantity for id_, *_ in facts]
    assert left == [3 if answer == 302 else 5 for answer in owner.answers]
    assert {db.session.get_one(Resource, id_).kind for id_, *_ in facts} == {Kind.POOL}


def test_series_against_single_has_one_winner(arena):
    page = f"/buchung/geraete/{make_resource().id}"
    rivals = list(heads(arena, World().actor("neukirch", Role.CLERK), World().actor("ossling", Role.CLERK)))

    def act(rival: Rival, number: int) -> None:
        start = day(number) + timedelta(hours=6)
        if rival is rivals[0]:
            rule = {"rhythm": "weekly", "every": "1", "count": "3", "choice": "all", "step": "book"}
            rival.press(f"{page}/serie", purpose="Markt", key=f"series-{number}", **typed(start, 2), **rule)
        else:
            rival.press(f"{page}/buchen", purpose="Fest", key=f"single-{number}", **typed(start + timedelta(days=14), 1))

    race(rivals, [lambda rival, number=number: act(rival, number) for number in range(ROUNDS)])

    each_round_has_one_winner(rivals)
