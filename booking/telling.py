"""Tell about a change: the calendar entries, letters to both sides, and last the journal."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import current_app
from sqlalchemy import Table, bindparam, insert, select, update

from booking.exchange import ical
from booking.models import Approver, Booking, CalendarEntry, Resource
from booking.periods import Period
from booking.queries.approval import deciders
from booking.queries.bookings import is_lent
from booking.stages import LABELS, Stage
from commons import clock, journal, letters
from commons.database import db
from commons.people import Actor
from commons.prepared import Prepared
from commons.words import Message, say

STATUS: dict[Stage, ical.Status] = {
    Stage.REQUESTED: ical.Status.TENTATIVE,
    Stage.CONFIRMED: ical.Status.CONFIRMED,
    Stage.OUT: ical.Status.CONFIRMED,
    Stage.RETURNED: ical.Status.CONFIRMED,
    Stage.DECLINED: ical.Status.CANCELLED,
    Stage.CANCELLED: ical.Status.CANCELLED,
    Stage.LAPSED: ical.Status.CANCELLED,
}
_entry = cast(Table, CalendarEntry.__table__)
_INSERT_ENTRY = Prepared(insert(_entry), "booking_id", "resource_id", "uid", "sequence", "changed_at", "content")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lent:
    """Name one device of a booking as others read it."""

    resource_id: int
    name: str
    quantity: int
    site: str
    owner_id: int
    owner_municipality_id: int
    approval_by: Approver | None

    @property
    def label(self) -> str:
        """Return the name, with the number where it is more than one."""
        return f"{self.quantity} × {self.name}" if self.quantity > 1 else self.name


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Hold what is told about a booking."""

    booking_id: int
    stage: Stage
    period: Period
    purpose: str
    reason: str
    for_organisation_id: int
    for_organisation: str
    for_municipality_id: int
    booker_id: int
    booker: str
    devices: Sequence[Lent]
    lent: bool = False  # an owner booked it for who called

    @property
    def title(self) -> str:
        """Return all devices in one line."""
        return ", ".join(device.label for device in self.devices)

    @property
    def municipalities(self) -> set[int]:
        """Return whose auditors may read of it."""
        return {self.for_municipality_id, *(device.owner_municipality_id for device in self.devices)}


def news_of(booking: Booking) -> News:
    """Put together what is told about a loaded booking."""
    return News(
        booking_id=booking.id,
        stage=booking.stage,
        period=booking.period,
        purpose=booking.purpose,
        reason=booking.reason,
        for_organisation_id=booking.for_organisation_id,
        for_organisation=booking.for_organisation.name,
        for_municipality_id=booking.for_municipality_id,
        booker_id=booking.created_by_id,
        booker=booking.created_by.name,
        lent=is_lent(booking),
        devices=[
            Lent(
                resource_id=item.resource_id,
                name=item.resource.name,
                quantity=item.quantity,
                site=item.resource.site.name,
                owner_id=item.resource.owner_id,
                owner_municipality_id=item.resource.owner.municipality_id,
                approval_by=item.resource.approval_by,
            )
            for item in booking.items
        ],
    )


def enter_calendar(news: Sequence[News], *, at: datetime) -> list[ical.Event]:
    """Write the first calendar entries: of each booking one in full, and one „nur belegt“ a device, under ids that nobody can join."""
    events = []
    for each in news:
        full = _full(each, uid=_new_uid(), sequence=0, at=at)
        _INSERT_ENTRY.run(_stored(each, None, full))
        for device in each.devices:
            _INSERT_ENTRY.run(_stored(each, device.resource_id, _busy(each, device, uid=_new_uid(), sequence=0, at=at)))
        events.append(full)
    return events


def renew_calendar(news: News, *, at: datetime) -> ical.Event:
    """Write the calendar entries anew with a higher SEQUENCE; the ids stay."""
    columns = (_entry.c.id, _entry.c.resource_id, _entry.c.uid, _entry.c.sequence)
    devices = {device.resource_id: device for device in news.devices}
    full, rows = _full(news, uid=_new_uid(), sequence=0, at=at), []
    for id_, resource_id, uid, sequence in db.session.execute(select(*columns).where(_entry.c.booking_id == news.booking_id)):
        if resource_id is None:
            event = full = _full(news, uid=uid, sequence=sequence + 1, at=at)
        else:
            event = _busy(news, devices[resource_id], uid=uid, sequence=sequence + 1, at=at)
        rows.append({"entry_id": id_, "sequence": event.sequence, "changed_at": at, "content": ical.vevent(event)})
    db.session.connection().execute(update(_entry).where(_entry.c.id == bindparam("entry_id")), rows)
    return full


def enter_devices(news: News, resource_ids: Sequence[int], *, at: datetime) -> None:
    """Write „nur belegt“ entries for devices that came to a booking later."""
    known = set(db.session.scalars(select(_entry.c.resource_id).where(_entry.c.booking_id == news.booking_id)))
    new = [device for device in news.devices if device.resource_id in resource_ids and device.resource_id not in known]
    for device in new:
        _INSERT_ENTRY.run(_stored(news, device.resource_id, _busy(news, device, uid=_new_uid(), sequence=0, at=at)))


def read_calendar(news: News) -> ical.Event:
    """Return the calendar entry as it stands, to be sent once more."""
    columns = (_entry.c.uid, _entry.c.sequence, _entry.c.changed_at)
    row = db.session.execute(select(*columns).where(_entry.c.booking_id == news.booking_id, _entry.c.resource_id.is_(None))).one()
    return _full(news, uid=row.uid, sequence=row.sequence, at=row.changed_at)


def write_down(act: str, news: News, *, by: Actor | None, before: Mapping[str, Any] | None = None) -> None:
    """Record the act in the journal; called last, the journal comes last in the lock order."""
    after = {
        "stage": news.stage.value,
        "start": news.period.start.isoformat(),
        "end": news.period.end.isoformat(),
        "purpose": news.purpose,
        "for": news.for_organisation_id,
        "items": [{"resource": device.resource_id, "quantity": device.quantity} for device in news.devices],
    }
    if news.reason:
        after["reason"] = news.reason
    journal.record(f"booking.{act}", subject=("booking", news.booking_id), by=by, before=before, after=after, municipalities=news.municipalities)


def write_down_series(act: str, series_id: int, after: Mapping[str, Any], first: News, *, by: Actor) -> None:
    """Record what became of the dates of a series."""
    journal.record(f"series.{act}", subject=("booking_series", series_id), by=by, after=after, municipalities=first.municipalities)


def tell_booker(news: News, subject: Message, event: ical.Event) -> None:
    """Write to who booked, and for whom it was booked, with the calendar entry as mail."""
    for person_id in sorted(_bookers(news)):
        _post(person_id, subject, _facts(news), f"/buchung/{news.booking_id}", news, [event])


def remind_booker(news: News, subject: Message, body: list[Message]) -> None:
    """Write to who booked what is to be known before the start, with the calendar entry as it stands."""
    for person_id in sorted(_bookers(news)):
        _post(person_id, subject, body, f"/buchung/{news.booking_id}", news, [read_calendar(news)])


def tell_owners(news: News, subject: Message, event: ical.Event, *, but: int | None = None) -> None:
    """Write to the people who decide on the devices, with the calendar entry as mail: whoever has it in the calendar hears what becomes of it."""
    for person_id in sorted(_deciders(news) - {but}):
        _post(person_id, subject, _facts(news), f"/buchung/{news.booking_id}", news, [event])


def tell_series(
    series_id: int, news: Sequence[News], events: Sequence[ical.Event], subject: Message, *, owners: bool, booker: bool, but: int | None = None
) -> None:
    """Write one letter about many dates, with the calendar entry of each."""
    first = news[0]
    body = [
        say("%(devices)s", devices=first.title),
        say("Für: %(organisation)s. Zweck: %(purpose)s", organisation=first.for_organisation, purpose=first.purpose),
        *(say("Von %(start)s bis %(end)s: %(stage)s.", start=each.period.start, end=each.period.end, stage=LABELS[each.stage]) for each in news),
        *([say("Begründung: %(reason)s", reason=first.reason)] if first.reason else []),
    ]
    people = (_deciders(first) if owners else set()) - {but} | (_bookers(first) if booker else set())
    for person_id in sorted(people):
        _post(person_id, subject, body, f"/buchung/serien/{series_id}", first, events)


def _bookers(news: News) -> set[int]:
    """Return who booked, and where an owner booked for who called, who leads that place."""
    return {news.booker_id} | (set(deciders(news.for_organisation_id, None)) if news.lent else set())


def _deciders(news: News) -> set[int]:
    return {person_id for device in news.devices for person_id in deciders(device.owner_id, device.approval_by)}


def _post(person_id: int, subject: Message, body: list[Message], link: str, news: News, events: Sequence[ical.Event]) -> None:
    method = "CANCEL" if events[0].status is ical.Status.CANCELLED else "REQUEST"

    def calendar(email: str) -> letters.CalendarPart:
        sender = str(current_app.config.get("MAIL_SENDER", ""))
        addressed = (ical.addressed(event, organizer=sender, attendee=email) for event in events)
        return letters.CalendarPart(method=method, content=ical.message(*addressed, method=method))

    letters.post_plainly(person_id, subject, body, link=link, calendar=calendar, about=("booking", news.booking_id))


def tell_former_owner(news: News, subject: Message, device: Resource, *, but: Actor | None) -> None:
    """Write to who keeps a device that a booking no longer takes."""
    for person_id in deciders(device.owner_id, device.approval_by):
        if but is None or person_id != but.person_id:
            letters.post_plainly(person_id, subject, _facts(news), link=f"/buchung/geraete/{device.id}", about=("booking", news.booking_id))


def snapshot(booking: Booking) -> dict[str, Any]:
    """Keep what a booking was before a change, for the journal."""
    return {"stage": booking.stage.value, "start": booking.starts_at.isoformat(), "end": booking.ends_at.isoformat(), "purpose": booking.purpose}


def _facts(news: News) -> list[Message]:
    lines = [
        say("%(devices)s", devices=news.title),
        say("Von %(start)s bis %(end)s.", start=news.period.start, end=news.period.end),
        say("Für: %(organisation)s. Zweck: %(purpose)s", organisation=news.for_organisation, purpose=news.purpose),
        say("Gebucht von %(person)s. Stand: %(stage)s.", person=news.booker, stage=LABELS[news.stage]),
    ]
    return [*lines, say("Begründung: %(reason)s", reason=news.reason)] if news.reason else lines


def _full(news: News, *, uid: str, sequence: int, at: datetime) -> ical.Event:
    lines = [f"Zweck: {news.purpose}", f"Für: {news.for_organisation}", f"Gebucht von: {news.booker}", f"Stand: {LABELS[news.stage]}"]
    return ical.Event(
        uid=uid,
        sequence=sequence,
        changed_at=at,
        start=news.period.start,
        end=news.period.end,
        status=STATUS[news.stage],
        summary=f"{news.title} – {news.for_organisation}",
        location=", ".join(dict.fromkeys(device.site for device in news.devices)),
        description="\n".join([*lines, f"Begründung: {news.reason}"] if news.reason else lines),
        url=f"{str(current_app.config.get('BASE_URL', '')).rstrip('/')}/buchung/{news.booking_id}",
    )


def _busy(news: News, device: Lent, *, uid: str, sequence: int, at: datetime) -> ical.Event:
    """Say that a device is taken, without names, purposes and links."""
    return ical.Event(
        uid=uid,
        sequence=sequence,
        changed_at=at,
        start=news.period.start,
        end=news.period.end,
        status=STATUS[news.stage],
        summary=f"Belegt: {device.label}",
    )


def _stored(news: News, resource_id: int | None, event: ical.Event) -> dict[str, Any]:
    content = ical.vevent(event)
    return {
        "booking_id": news.booking_id,
        "resource_id": resource_id,
        "uid": event.uid,
        "sequence": event.sequence,
        "changed_at": event.changed_at,
        "content": content,
    }


def _new_uid() -> str:
    return f"{uuid.uuid4()}@verbund"


def now() -> datetime:
    """Return the moment of a change, to the second, as calendars keep it."""
    return clock.now().replace(microsecond=0)
