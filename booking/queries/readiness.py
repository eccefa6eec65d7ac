"""The readiness board: each brigade, each kind of device, with reason, expected return and the age of the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from booking.models import Block, Booking, BookingItem, Category, Cause, Resource, ResourcePart, StatusCheck
from booking.queries.house import house_numbers
from booking.queries.numbers import check_number
from booking.rules.readiness import Part, Readiness, able, remaining
from booking.stages import Stage
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality, Organisation, OrganisationKind, get_municipality
from commons.people import Actor

STATES: dict[Cause, Readiness] = {
    Cause.INCIDENT: Readiness.IN_INCIDENT,
    Cause.RECALL: Readiness.IN_INCIDENT,
    Cause.DEFECT: Readiness.OUT_OF_SERVICE,
    Cause.TEST: Readiness.IN_TEST,
    Cause.LIMITED: Readiness.LIMITED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """Hold one device of the board."""

    device: Resource
    parts: Sequence[Part]
    able: int
    known_at: datetime | None
    known_by: str
    is_stale: bool
    is_short: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """Hold one brigade."""

    organisation: Organisation
    lines: Sequence[Line]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClassTotal:
    """Sum up one kind of device over the whole area."""

    category: Category
    able: int
    total: int
    least: int

    @property
    def is_short(self) -> bool:
        """Say whether fewer than the minimum can respond."""
        return self.able < self.least


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """Hold the whole board at one moment."""

    at: datetime
    sections: Sequence[Section]
    totals: Sequence[ClassTotal]


def board(actor: Actor, *, municipality_id: int | None = None) -> Board:
    """Return the board of all members' brigades, or of one municipality; who is no member sees none."""
    check_member(actor)
    devices = _devices(municipality_id)
    lines = _lines(devices)
    brigades = {device.owner.id: device.owner for device in devices}
    sections = [
        Section(organisation=place, lines=[line for line in lines if line.device.owner_id == place.id])
        for place in sorted(brigades.values(), key=lambda place: (place.municipality.name, place.name))
    ]
    return Board(at=clock.now(), sections=sections, totals=_totals(lines))


def line_of(resource_id: int, actor: Actor) -> Line:
    """Return the line of one device of the actor's own municipality, for who reports on it."""
    check_number(resource_id)
    device = db.session.get(Resource, resource_id)
    if device is None or device.owner.municipality_id != actor.municipality_id:
        raise NotFound
    return _lines([device])[0]


def members() -> list[Municipality]:
    """Return the municipalities that have brigades with devices."""
    towns = select(Organisation.municipality_id).join(Resource, Resource.owner_id == Organisation.id).where(*_on_the_board())
    return list(db.session.scalars(select(Municipality).where(Municipality.id.in_(towns)).order_by(Municipality.name)))


def check_member(actor: Actor) -> None:
    """Hide the board from municipalities that are no members today."""
    place, day = get_municipality(actor.municipality_id), today_of(clock.now())
    if place.member_from is None or place.member_from > day or (place.member_until is not None and place.member_until < day):
        raise NotFound


def _on_the_board() -> tuple[ColumnElement[bool], ...]:
    return Organisation.kind == OrganisationKind.BRIGADE, Resource.retired_at.is_(None)


def _devices(municipality_id: int | None) -> list[Resource]:
    query = (
        select(Resource).join(Organisation, Organisation.id == Resource.owner_id).join(Category, Category.id == Resource.category_id).where(*_on_the_board())
    )
    if municipality_id is not None:
        query = query.where(Organisation.municipality_id == municipality_id)
    return list(db.session.scalars(query.order_by(Category.position, Category.name, Resource.name)).unique())


def _lines(devices: Sequence[Resource]) -> list[Line]:
    ids = [device.id for device in devices]
    blocks, lent, checks = _blocks(ids), _lent(ids), _checks(ids)
    stale = timedelta(days=house_numbers("status_stale_days", day=today_of(clock.now()))["status_stale_days"])
    return [_line(device, blocks.get(device.id, []), lent.get(device.id, []), checks.get(device.id), stale) for device in devices]


def _line(device: Resource, blocks: Sequence[Block], lent: Sequence[Part], check: StatusCheck | None, stale: timedelta) -> Line:
    parts = [*(_part(block, device) for block in blocks if block.is_open), *lent]
    if not device.is_pool and parts:
        parts = sorted(parts, key=lambda part: list(Readiness).index(part.readiness))[:1]  # the gravest says it all
    news = [(block.lifted_at or block.reported_at, (block.lifted_by or block.reported_by).name) for block in blocks]
    known_at, known_by = max([*news, *([(check.checked_at, check.checked_by.name)] if check else [])], default=(None, ""))
    number = able(device.quantity, parts)
    return Line(
        device=device,
        parts=remaining(device.quantity, parts),
        able=number,
        known_at=known_at,
        known_by=known_by,
        is_stale=known_at is None or known_at < clock.now() - stale,
        is_short=number < device.min_standby,
    )


def _part(block: Block, device: Resource) -> Part:
    quantity = min(block.quantity, device.quantity)
    return Part(readiness=STATES[block.cause], quantity=quantity, reason=block.reason, expected_at=block.expected_at, since=block.since, block_id=block.id)


def _blocks(ids: Sequence[int]) -> dict[int, list[Block]]:
    """Return what is open, and the last that was lifted, of each device and of the vehicles that carry it."""
    wholes = {row.part_id: row.whole_id for row in db.session.execute(select(ResourcePart.part_id, ResourcePart.whole_id).where(ResourcePart.part_id.in_(ids)))}
    latest = select(func.max(Block.id)).where(Block.lifted_at.is_not(None)).group_by(Block.resource_id)
    query = select(Block).where(Block.resource_id.in_({*ids, *wholes.values()}), or_(Block.lifted_at.is_(None), Block.id.in_(latest))).order_by(Block.id)
    found: dict[int, list[Block]] = {}
    for block in db.session.scalars(query.options(joinedload(Block.reported_by), joinedload(Block.lifted_by))):
        for id_ in [block.resource_id, *(part for part, whole in wholes.items() if whole == block.resource_id)]:
            found.setdefault(id_, []).append(block)
    return found


def _lent(ids: Sequence[int]) -> dict[int, list[Part]]:
    """Return what others have: handed out, or confirmed for now."""
    at = clock.now()
    running = or_(Booking.stage == Stage.OUT, (Booking.stage == Stage.CONFIRMED) & (Booking.starts_at <= at) & (Booking.ends_at > at))
    query = (
        select(BookingItem.resource_id, BookingItem.quantity, Booking.ends_at, Booking.starts_at, Municipality.name)
        .join(Booking, Booking.id == BookingItem.booking_id)
        .join(Municipality, Municipality.id == Booking.for_municipality_id)
        .where(BookingItem.resource_id.in_(ids), running)
        .order_by(Booking.ends_at)
    )
    found: dict[int, list[Part]] = {}
    for id_, quantity, until, since, name in db.session.execute(query):
        found.setdefault(id_, []).append(Part(readiness=Readiness.LENT, quantity=quantity, reason=name, expected_at=until, since=since))
    return found


def _checks(ids: Sequence[int]) -> dict[int, StatusCheck]:
    latest = select(func.max(StatusCheck.id)).where(StatusCheck.resource_id.in_(ids)).group_by(StatusCheck.resource_id)
    rows = db.session.scalars(select(StatusCheck).where(StatusCheck.id.in_(latest)).options(joinedload(StatusCheck.checked_by)))
    return {check.resource_id: check for check in rows}


def _totals(lines: Sequence[Line]) -> list[ClassTotal]:
    categories = {line.device.category.id: line.device.category for line in lines}
    of = {id_: [line for line in lines if line.device.category_id == id_] for id_ in categories}
    return [
        ClassTotal(
            category=category,
            able=sum(line.able for line in of[id_]),
            total=sum(line.device.quantity for line in of[id_]),
            least=sum(line.device.min_standby for line in of[id_]),
        )
        for id_, category in sorted(categories.items(), key=lambda pair: (pair[1].position, pair[1].name))
    ]
