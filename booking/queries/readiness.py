"""The readiness board: each brigade, each kind of device, with reason, expected return and the age of the status."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select

from booking.models import Category, Cause, Resource, StatusCheck
from booking.queries import standing
from booking.queries.house import house_numbers
from booking.queries.numbers import check_number
from booking.queries.standing import Share
from booking.rules.readiness import Part, Readiness, able, age, remaining
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Municipality, Organisation, OrganisationKind, get_municipality
from commons.people import Actor
from commons.words import Message, say

STATES: dict[Cause, Readiness] = {
    Cause.INCIDENT: Readiness.IN_INCIDENT,
    Cause.RECALL: Readiness.IN_INCIDENT,
    Cause.DEFECT: Readiness.OUT_OF_SERVICE,
    Cause.TEST: Readiness.IN_TEST,
    Cause.LIMITED: Readiness.LIMITED,
}

RECALLED = say("vom Eigentümer zurückgerufen")


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

    @property
    def age(self) -> Message | None:
        """Say how long ago somebody reported the status, none where nobody ever did."""
        return age(self.known_at, clock.now()) if self.known_at else None


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
    carriers = standing.carriers_of(ids)
    blocks, lent, incomplete, checks = standing.shares(carriers), standing.lent(carriers), standing.incomplete(ids), standing.checks(ids)
    stale = timedelta(days=house_numbers("status_stale_days", day=today_of(clock.now()))["status_stale_days"])
    return [_line(device, blocks[device.id], [*lent[device.id], *incomplete.get(device.id, [])], checks.get(device.id), stale) for device in devices]


def _line(device: Resource, shares: Sequence[Share], more: Sequence[Part], check: StatusCheck | None, stale: timedelta) -> Line:
    parts = [*(_part(share, device) for share in shares if share.block.is_open), *more]
    if not device.is_pool and parts:
        parts = sorted(parts, key=lambda part: list(Readiness).index(part.readiness))[:1]  # the gravest says it all
    news = [(block.lifted_at or block.reported_at, (block.lifted_by or block.reported_by).name) for block in (share.block for share in shares)]
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


def _part(share: Share, device: Resource) -> Part:
    block, quantity = share.block, min(share.quantity, device.quantity)
    reason = block.reason or (RECALLED if block.cause is Cause.RECALL else "")
    own = block.id if block.resource_id == device.id else None  # what carries it is reported ready as a whole
    return Part(readiness=STATES[block.cause], quantity=quantity, reason=reason, expected_at=block.expected_at, since=block.since, block_id=own)


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
