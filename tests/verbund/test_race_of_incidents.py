"""An incident against everybody else at the same moment, through the running server: it always gets its device, and nobody else keeps it."""

from datetime import UTC, timedelta

from sqlalchemy import select

from booking.models import Approver, Block, Booking, Displacement, Effect, Occupancy
from booking.periods import Period
from booking.stages import Stage
from commons import clock
from commons.calendar_days import berlin
from commons.database import db
from commons.permissions import Role
from tests.booking.builders import approved_by, book
from tests.booking.emergencies import make_engine
from tests.verbund.racing import Rival, answers_of, heads, overlaps, race
from tests.world import World

ROUNDS = 6
SOON = (clock.now() + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)  # an incident holds the next twelve hours
CHIEF, OFFICER = ("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF), ("bernsdorf", Role.EQUIPMENT_OFFICER)


def take(rival: Rival, device_id: int) -> None:
    rival.press("/einsatz/", take=str(device_id), key=f"{id(rival)}-{device_id}")


def only_the_incident_has(device_ids: list[int]) -> None:
    still = select(Occupancy.resource_id, Occupancy.booking_id).where(Occupancy.resource_id.in_(device_ids), Occupancy.ends_at > clock.now())
    rows = db.session.execute(still.order_by(Occupancy.resource_id)).all()
    assert [tuple(row) for row in rows] == [(id_, None) for id_ in device_ids]
    assert db.session.scalars(select(Block.resource_id).where(Block.lifted_at.is_(None), Block.resource_id.in_(device_ids)).order_by(Block.id)).all()
    assert overlaps() == 0


def faults(*rivals: Rival) -> list[str]:
    answers_of(list(rivals))
    return [fault for rival in rivals for fault in rival.faults]


def test_take_now_against_create(arena):
    devices = [(device.id, device.key) for device in (make_engine() for _ in range(ROUNDS))]
    [chief] = heads(arena, World().actor(*CHIEF))
    booker = Rival(arena.app, World().actor("ossling", Role.CLERK), by_page=False)
    booker.prepare(arena.port, "")

    def act(rival: Rival, id_: int, key: str) -> None:
        if rival is chief:
            take(rival, id_)
        else:
            rival.ask([(key, 1)], "", SOON)

    race([chief, booker], [lambda rival, pair=pair: act(rival, *pair) for pair in devices])

    assert faults(chief, booker) == []
    assert chief.answers == [302] * ROUNDS
    only_the_incident_has([id_ for id_, _ in devices])
    accepted = booker.answers.count(201)
    stages = db.session.scalars(select(Booking.stage).where(Booking.purpose == "Wettlauf", Booking.starts_at == SOON)).all()
    assert stages == [Stage.CANCELLED] * accepted


def test_take_now_against_approve(arena):
    clerk = World().actor("ossling", Role.CLERK)
    devices = [approved_by(Approver.MUNICIPAL_FIRE_CHIEF, owner="feuerwehr-bernsdorf") for _ in range(ROUNDS)]
    period = Period(SOON.astimezone(UTC), (SOON + timedelta(hours=1)).astimezone(UTC))
    pairs = [(device.id, book(device, period, by=clerk).id) for device in devices]
    taking, approving = heads(arena, World().actor(*CHIEF), World().actor(*CHIEF))

    def act(rival: Rival, device_id: int, booking_id: int) -> None:
        if rival is taking:
            take(rival, device_id)
        else:
            rival.press(f"/buchung/{booking_id}/bestaetigen")

    race([taking, approving], [lambda rival, pair=pair: act(rival, *pair) for pair in pairs])

    assert faults(taking, approving) == []
    assert taking.answers == [302] * ROUNDS
    only_the_incident_has([id_ for id_, _ in pairs])
    assert {db.session.get_one(Booking, number).stage for _, number in pairs} == {Stage.CANCELLED}


def test_take_now_against_hand_out(arena):
    """Whoever is first: what went out is called back, what did not stays, and the incident has the device."""
    clerk, head = World().actor("ossling", Role.CLERK), World().actor("bernsdorf", Role.EQUIPMENT_OFFICER)
    devices = [make_engine() for _ in range(ROUNDS)]
    period = Period(SOON.astimezone(UTC), (SOON + timedelta(hours=1)).astimezone(UTC))
    pairs = [(device.id, book(device, period, by=clerk).id) for device in devices]
    taking, handing = heads(arena, World().actor(*CHIEF), head)
    now = berlin(clock.now())
    written = {"day": f"{now:%Y-%m-%d}", "time": f"{now:%H:%M}", "fuel": "none", "giver": "Katja", "taker": "Jana", "operator": "Jana", "order_confirmed": "y"}

    def act(rival: Rival, device_id: int, booking_id: int) -> None:
        if rival is taking:
            take(rival, device_id)
        else:
            rival.press(f"/buchung/heute/{booking_id}/ausgeben", **written)

    race([taking, handing], [lambda rival, pair=pair: act(rival, *pair) for pair in pairs])

    assert faults(taking, handing) == []
    assert taking.answers == [302] * ROUNDS
    only_the_incident_has([id_ for id_, _ in pairs])
    outcome = {302: (Stage.OUT, Effect.RECALLED), 409: (Stage.CANCELLED, Effect.DISPLACED)}
    for answer, (_, number) in zip(handing.answers, pairs, strict=True):
        effect = db.session.scalars(select(Displacement.effect).where(Displacement.booking_id == number)).one()
        assert (db.session.get_one(Booking, number).stage, effect) == outcome[answer]


def test_take_now_against_another_incident(arena):
    devices = [make_engine().id for _ in range(ROUNDS)]
    rivals = heads(arena, World().actor(*CHIEF), World().actor(*OFFICER))

    race(rivals, [lambda rival, id_=id_: take(rival, id_) for id_ in devices])

    assert faults(*rivals) == []
    assert [rival.answers for rival in rivals] == [[302] * ROUNDS] * 2
    only_the_incident_has(devices)
    query = select(Block.resource_id, Block.lifted_at.is_(None)).where(Block.resource_id.in_(devices))
    blocks = db.session.execute(query.order_by(Block.resource_id, Block.id))
    assert [tuple(row) for row in blocks] == [(id_, open_) for id_ in devices for open_ in (False, True)]
