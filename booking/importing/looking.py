"""Look at every entry of a file: accepted, in conflict, unknown, double or left out; nothing is dropped silently."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from booking import occupying
from booking.importing.reading import Choices, Meant, meant
from booking.occupying import Locked, Need, Wish
from booking.periods import Period
from booking.placing.planning import AROUND, blocked_for, check_needs, nearest_free
from booking.placing.terms import check_rules, house_terms, on_behalf_of
from booking.queries.approval import may_decide
from booking.queries.availability import taken_in
from booking.queries.imported import booked_under, get_import, organisations_by_name
from booking.rules.lending import check_in_service
from booking.rules.occupancy import Occupied, Rival, Taken, check_quantity
from commons import clock
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import Message, say


class PlaceUnknown(RuleBroken):
    """A booking is for an organisation that the association knows."""

    def __init__(self, name: str) -> None:
        super().__init__(say("Die Stelle „%(name)s“ unter „Für“ kennt Verbund nicht.", name=name))


class Fate(StrEnum):
    """Say what becomes of an entry."""

    FREE = "free"
    TAKEN = "taken"
    UNKNOWN = "unknown"
    DOUBLE = "double"
    LEFT_OUT = "left_out"
    FAULTY = "faulty"


LABELS: dict[Fate, Message] = {
    Fate.FREE: say("wird übernommen"),
    Fate.TAKEN: say("Konflikt"),
    Fate.UNKNOWN: say("Gerät unbekannt"),
    Fate.DOUBLE: say("doppelt"),
    Fate.LEFT_OUT: say("bleibt außen vor"),
    Fate.FAULTY: say("nicht möglich"),
}
UNKNOWN_DEVICE = say("Dieses Gerät kennt Verbund nicht. Bitte wählen Sie oben, welches gemeint ist.")
PAST = say("Der Termin ist vorbei.")
KNOWN = say("Dieser Termin steht schon in Verbund.")
TWICE = say("Dieser Termin steht in der Datei schon weiter oben.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One entry with what becomes of it and why."""

    meant: Meant
    fate: Fate
    period: Period | None = None
    lent_to: Actor | None = None
    reason: Message | None = None
    rivals: tuple[Rival, ...] = ()
    alternative: Period | None = None
    booking_id: int | None = None

    @property
    def wishes(self) -> list[Wish]:
        """Return what the entry takes."""
        return [Wish(resource_id=device.id, quantity=self.meant.entry.quantity) for device in self.meant.devices]


@dataclass(frozen=True, kw_only=True)
class Look:
    """All entries of a file, in order."""

    rows: Sequence[Row]

    def of(self, fate: Fate) -> list[Row]:
        """Return the rows of one fate."""
        return [row for row in self.rows if row.fate == fate]

    @property
    def unknown_names(self) -> list[str]:
        """Return the names that stand for no device."""
        return list(dict.fromkeys(row.meant.name for row in self.of(Fate.UNKNOWN)))

    @property
    def fingerprint(self) -> str:
        """Return what changes when another entry becomes free or taken."""
        free = sorted(f"{row.meant.entry.uid}|{row.period}|{row.wishes}" for row in self.of(Fate.FREE))
        return hashlib.sha256(repr(free).encode()).hexdigest()[:32]


@dataclass(kw_only=True)
class _Plan:
    """Hold what a look needs: the devices, what holds them, and what the file itself takes on the way."""

    locked: Locked
    taken: dict[int, list[Taken]]
    known: Mapping[tuple[str, datetime], int]
    places: Mapping[str, int]
    house: Mapping[str, int]
    by: Actor
    at: datetime
    seen: set[tuple[str, datetime]] = field(default_factory=set)


def look(file_id: int, choices: Choices, *, by: Actor) -> Look:
    """Look at a file; nothing is locked or written."""
    found = meant(get_import(file_id, by).content, choices, by=by)
    return look_at(found, occupying.look(wishes_for(found), holder=by.person_id), by=by)


def wishes_for(found: Sequence[Meant]) -> list[Wish]:
    """Return each device of a file once."""
    return [Wish(resource_id=id_) for id_ in sorted({device.id for one in found for device in one.devices})]


def look_at(found: Sequence[Meant], locked: Locked, *, by: Actor) -> Look:
    """Say of every entry what becomes of it; an entry stands in the way of the later ones of the same file."""
    window = _window(found)
    exclusive = {need.device.id: need.device.exclusive for need in locked.needs()}
    plan = _Plan(
        locked=locked,
        taken=taken_in(exclusive, window, holder=locked.holder),
        known=booked_under([one.entry for one in found], by),
        places=organisations_by_name(),
        house=house_terms(),
        by=by,
        at=clock.now(),
    )
    return Look(rows=[_row(one, plan, window) for one in found])


def _window(found: Sequence[Meant]) -> Period:
    at = clock.now()
    ends = [moment for one in found for moment in (one.entry.starts_at, one.entry.ends_at) if moment is not None]
    return Period(min([at, *ends]) - AROUND, max([at, *ends]) + AROUND)


def _row(one: Meant, plan: _Plan, window: Period) -> Row:
    entry = one.entry
    if entry.fault or entry.starts_at is None or entry.ends_at is None:
        return Row(meant=one, fate=Fate.LEFT_OUT if entry.left_out else Fate.FAULTY, reason=entry.left_out or entry.fault)
    try:
        period = Period(entry.starts_at, entry.ends_at)
    except RuleBroken as broken:
        return Row(meant=one, fate=Fate.FAULTY, reason=broken.message)
    return _double(one, period, plan) or _left_out(one, period, plan) or _judged(one, period, plan, window)


def _double(one: Meant, period: Period, plan: _Plan) -> Row | None:
    name = (one.entry.uid, one.entry.known_as or period.start)
    if name in plan.known:
        return Row(meant=one, fate=Fate.DOUBLE, period=period, reason=KNOWN, booking_id=plan.known[name])
    if name in plan.seen:
        return Row(meant=one, fate=Fate.DOUBLE, period=period, reason=TWICE)
    plan.seen.add(name)
    return None


def _left_out(one: Meant, period: Period, plan: _Plan) -> Row | None:
    if one.entry.left_out:
        return Row(meant=one, fate=Fate.LEFT_OUT, period=period, reason=one.entry.left_out)
    if period.end <= plan.at:
        return Row(meant=one, fate=Fate.LEFT_OUT, period=period, reason=PAST)
    if not one.devices:
        return Row(meant=one, fate=Fate.UNKNOWN, period=period, reason=UNKNOWN_DEVICE)
    return None


def _judged(one: Meant, period: Period, plan: _Plan, window: Period) -> Row:
    locked = plan.locked.narrowed(Row(meant=one, fate=Fate.FREE).wishes)
    needs = locked.needs()
    try:
        lent_to = _lent_to(one, locked, plan)
        _check_terms(locked, period, lent_to, plan)
        check_needs(needs, period, plan.taken)
    except Occupied as taken:
        alternative = _alternative(period, needs, plan, window)
        return Row(meant=one, fate=Fate.TAKEN, period=period, reason=taken.message, rivals=taken.rivals, alternative=alternative)
    except RuleBroken as broken:
        return Row(meant=one, fate=Fate.FAULTY, period=period, reason=broken.message)
    for need in needs:
        plan.taken[need.device.id].append(Taken(period=need.during(period), quantity=need.quantity))
    return Row(meant=one, fate=Fate.FREE, period=period, lent_to=lent_to)


def _lent_to(one: Meant, locked: Locked, plan: _Plan) -> Actor:
    name = one.entry.borrower.strip().casefold()
    if not name:
        return plan.by
    if name not in plan.places:
        raise PlaceUnknown(one.entry.borrower)
    return on_behalf_of(plan.places[name], locked, plan.by)


def _check_terms(locked: Locked, period: Period, lent_to: Actor, plan: _Plan) -> None:
    """Hold others to the owner's terms; what the owner agreed on before stands, whatever the terms say now."""
    if not all(_owns(device_id, locked, plan.by) for device_id in (wish.resource_id for wish in locked.wishes)):
        check_rules(locked, period, by=lent_to, house=plan.house)
        return
    for device, quantity in locked.wished():
        check_quantity(quantity, total=device.quantity, resource=device.name)
        check_in_service(device.name, retired_at=device.retired_at, period=period)


def _owns(device_id: int, locked: Locked, by: Actor) -> bool:
    device = locked.devices[device_id]
    return may_decide(by, owner_id=device.owner_id, approval_by=device.approval_by)


def _alternative(period: Period, needs: Sequence[Need], plan: _Plan, window: Period) -> Period | None:
    blocked = [piece for need in needs for piece in blocked_for(need, plan.taken[need.device.id], window)]
    return nearest_free(period, blocked)
