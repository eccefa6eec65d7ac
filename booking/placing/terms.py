"""What the chapter's verbs share: the values they take, the rules they ask, the booking they open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, cast

from sqlalchemy import Table, bindparam, select

from booking import occupying, telling
from booking.models import Approval, Booking, BookingItem, ReadinessClass, Resource
from booking.occupying import Claim, Device, Locked, Wish
from booking.periods import Period
from booking.queries.approval import BOOKERS, may_book, may_decide
from booking.queries.bookings import get_booking, is_owner_side
from booking.queries.changes import is_last_change
from booking.queries.house import LENDING_TERMS, house_numbers
from booking.queries.numbers import check_number
from booking.queries.shares import share_left
from booking.rules.lending import NothingWished, SubstituteUnfit, check_booker, check_in_service, check_lendable
from booking.rules.occupancy import check_quantity
from booking.rules.terms import check_start, check_terms, terms_of
from booking.stages import Stage
from commons import clock
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from commons.municipalities import Organisation
from commons.people import Actor
from commons.words import Message, say

_booking, _item = cast(Table, Booking.__table__), cast(Table, BookingItem.__table__)
_ITEMS = select(_item.c.resource_id, _item.c.quantity, _item.c.substitute_id).where(_item.c.booking_id == bindparam("booking_id")).order_by(_item.c.id)
_LOCK_BOOKING = select(_booking.c.id).where(_booking.c.id == bindparam("booking_id")).with_for_update(key_share=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """Hold what a booking says besides what and when."""

    purpose: str
    note: str = ""
    contact_name: str = ""
    contact_phone: str = ""

    def __post_init__(self) -> None:
        for field in fields(self):
            # No text is lost: PostgreSQL keeps no NUL, and a person typed none.
            object.__setattr__(self, field.name, str(getattr(self, field.name)).replace("\x00", "").strip())


def details_of(booking: Booking) -> Details:
    """Return what a booking says besides what and when."""
    return Details(purpose=booking.purpose, note=booking.note, contact_name=booking.contact_name, contact_phone=booking.contact_phone)


class ReasonMissing(RuleBroken):
    """Whoever refuses or takes away a booking says why."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie einen Grund. Er wird der anderen Seite mitgeteilt."), field="reason")


class NotTheOwner(RuleBroken):
    """Only the owner books a device for somebody else."""

    def __init__(self) -> None:
        super().__init__(say("Für andere bucht nur der Eigentümer des Geräts."), field="lent_to")


class PurposeMissing(RuleBroken):
    """The owner wants to know what a device is for."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie den Zweck der Buchung."), field="purpose")


def check_wishes(wishes: Sequence[Wish], details: Details) -> None:
    """Refuse a booking of nothing, of one thing twice, or without a purpose."""
    if not wishes or len({wish.resource_id for wish in wishes}) != len(wishes):
        raise NothingWished
    if not details.purpose:
        raise PurposeMissing
    for wish in wishes:
        for id_, _ in wish.held:
            check_number(id_)


def house_terms(*more: str) -> dict[str, int]:
    """Return what the house sets where the owner sets nothing, and further numbers in the same statement."""
    return house_numbers(*LENDING_TERMS, *more, day=today_of(clock.now()))


def check_rules(locked: Locked, period: Period, *, by: Actor, running: bool = False, house: Mapping[str, int] | None = None) -> None:
    """Check the owner's terms; a running booking that is extended keeps its past start."""
    at = clock.now()
    house = house or house_terms()
    if not running:
        check_start(period, at=at, grace_minutes=house["booking_start_grace_minutes"])
    for need in locked.needs():
        check_in_service(need.device.name, retired_at=need.device.retired_at, period=period)
    for wish in locked.wishes:
        device, own = locked.devices[wish.resource_id], locked.devices[wish.resource_id].owner_municipality_id == by.municipality_id
        check_quantity(wish.quantity, total=device.quantity, resource=device.name)
        check_lendable(device.name, tied=device.readiness_class is ReadinessClass.A, own=own, substituted=wish.substitute_id is not None)
        check_booker(device.name, allowed=may_book(by.organisation_kind, device.bookers, own=own), bookers=BOOKERS[device.bookers])
        _check_substitute(locked, wish)
        terms = terms_of(device, house)
        check_terms(period, replace(terms, notice_minutes=0) if running else terms, at=at)


def _check_substitute(locked: Locked, wish: Wish) -> None:
    if wish.substitute_id is None:
        return
    device, stays = locked.devices[wish.resource_id], locked.devices[wish.substitute_id]
    same = (stays.category_id, stays.owner_municipality_id) == (device.category_id, device.owner_municipality_id)
    if not same or stays.id == device.id or stays.retired_at is not None or stays.quantity < wish.quantity:
        raise SubstituteUnfit(device.name)


def approval_of(device: Device, by: Actor, *, quantity: int, period: Period, lent_to: Actor | None = None) -> Approval:
    """Ask the owner unless the owner's rule confirms at once or the actor is the one who would be asked; a co-owner asks beyond the own share."""
    if not is_asked(device, lent_to or by, quantity=quantity, period=period):
        return Approval.NOT_NEEDED
    return Approval.GIVEN if may_decide(by, owner_id=device.owner_id, approval_by=device.approval_by) else Approval.PENDING


def is_asked(device: Device | Resource, who: Actor, *, quantity: int, period: Period) -> bool:
    """Say whether somebody decides on so many for this booker: within the own share of a pool nobody does, where its rule says so."""
    if not device.asks_beyond_share:
        return device.approval_by is not None
    during = period.buffered(before=device.buffer_before_min, after=device.buffer_after_min)
    left = share_left(device.id, who.municipality_id, during)
    return left is None or quantity > left


def on_behalf_of(organisation_id: int, locked: Locked, by: Actor) -> Actor:
    """Return the actor as booking for another organisation: only the owner of all devices does so, for instance for who calls."""
    if organisation_id == by.organisation_id:
        return by
    check_number(organisation_id)
    place = db.session.get(Organisation, organisation_id)
    if place is None:
        raise NotFound
    if not all(may_decide(by, owner_id=device.owner_id, approval_by=device.approval_by) for device, _ in locked.wished()):
        raise NotTheOwner
    who = {field.name: getattr(by, field.name) for field in fields(Actor)}  # the actor of a request is a proxy, no dataclass
    where = {"organisation_id": place.id, "organisation_name": place.name, "organisation_kind": place.kind, "municipality_id": place.municipality_id}
    return Actor(**{**who, **where})


def occupy(claim: Claim, locked: Locked, period: Period, *, stage: Stage) -> None:
    """Hold the time; a request does so unless the owner's rule says otherwise, but never asks for what is taken."""
    holding = [wish for wish in locked.wishes if stage is not Stage.REQUESTED or locked.devices[wish.resource_id].request_blocks]
    if len(holding) < len(locked.wishes):
        occupying.check(locked, period)
    if holding:
        occupying.occupy(claim, locked.narrowed(holding), period)


def open_for_change(booking_id: int, *besides: Wish, by: Actor) -> tuple[Booking, Locked]:
    """Load a booking for change: its resources are locked first, then its row."""
    locked = lock_for_change(booking_id, *besides)
    return get_booking(booking_id, by), locked


def is_done(booking: Booking, act: str, *, by: Actor, version: int | None, as_asked: bool = True) -> bool:
    """Say whether just this was done a moment ago, by the same button pressed twice; refuse what was changed otherwise meanwhile."""
    if version is None or version == booking.version:
        return False
    if as_asked and is_last_change(booking, act, version, by):
        return True
    raise ChangedMeanwhile


def lock_for_change(booking_id: int, *besides: Wish) -> Locked:
    """Lock the resources of a booking, and others that it may get, in id order, then the booking."""
    check_number(booking_id)
    wishes = [Wish(resource_id=id_, quantity=number, substitute_id=stays) for id_, number, stays in db.session.execute(_ITEMS, {"booking_id": booking_id})]
    locked = occupying.lock([*wishes, *besides]).narrowed(wishes)
    db.session.execute(_LOCK_BOOKING, {"booking_id": booking_id})
    return locked


def tell_changed(booking: Booking, act: str, subject: Message, *, by: Actor | None, before: Mapping[str, Any], owners: Message | None = None) -> None:
    """Renew the calendar, write to the booker and, under a subject of their own, to the owners, and record the act."""
    news = telling.news_of(booking)
    event = telling.renew_calendar(news, at=booking.changed_at)
    telling.tell_booker(news, subject, event)
    telling.tell_owners(news, owners or subject, event, but=news.booker_id)
    telling.write_down(act, news, by=by, before=before)


def touch(booking: Booking) -> None:
    """Count the change, so that whoever looks at the old state is told."""
    booking.version += 1
    booking.changed_at = telling.now()
    db.session.flush()
    db.session.refresh(booking, ["decided_by"])


def check_owner(booking: Booking, by: Actor) -> None:
    """Refuse who neither booked nor owns."""
    if not is_owner_side(booking, by):
        raise NotAllowed


def check_reason(reason: str) -> None:
    """Refuse without a reason."""
    if not reason.strip():
        raise ReasonMissing


def title_of(booking: Booking) -> str:
    """Return the names of all devices of a booking."""
    return ", ".join(item.resource.name for item in booking.items)
