"""Keep a file as it came, and read its entries with the devices that they mean."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from booking.exchange import booking_sheet, calendar_file
from booking.exchange.entries import Entry, FileEmpty
from booking.models import Resource
from booking.queries.fleet import resources
from booking.queries.house import house_numbers
from commons import clock, files
from commons.calendar_days import today_of
from commons.files import StoredFile
from commons.people import Actor

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True)
class Choices:
    """Hold what the reader of a preview chose: one device for the whole file, or what a name in it means."""

    all_for: int | None = None
    named: Mapping[str, int] | None = None  # code of the name → device


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """An entry with the devices that it means; none where its name is not known."""

    entry: Entry
    devices: tuple[Resource, ...]

    @property
    def name(self) -> str:
        """Return by which name the file calls the device."""
        return ", ".join(self.entry.devices) or self.entry.title or self.entry.where


def keep(name: str, content: bytes, *, by: Actor) -> StoredFile:
    """Keep a file that can be read and has a date in it."""
    if not _entries(content):
        raise FileEmpty
    return files.store(name, "text/calendar" if calendar_file.is_calendar(content) else "application/octet-stream", content, by=by)


def meant(content: bytes, choices: Choices, *, by: Actor) -> list[Meant]:
    """Return every entry of a file with its devices."""
    fleet = resources(by)
    known, by_id = _names(fleet), {device.id: device for device in fleet}
    return [Meant(entry=entry, devices=_devices(entry, choices, known, by_id)) for entry in _entries(content)]


def code_of(name: str) -> str:
    """Return a short code for a name that stands in a form."""
    return hashlib.sha256(_plain(name).encode()).hexdigest()[:12]


def _entries(content: bytes) -> Sequence[Entry]:
    at = clock.now()
    if calendar_file.is_calendar(content):
        return calendar_file.read(content, since=at, until=_last(at))
    return booking_sheet.read(content)


def _last(at: datetime) -> datetime:
    return at + timedelta(days=house_numbers("booking_advance_days", day=today_of(at))["booking_advance_days"])


def _names(fleet: Sequence[Resource]) -> dict[str, Resource]:
    """Return every name by which a device is known for sure; a name that two devices share means neither."""
    found: dict[str, Resource | None] = {}
    for device in fleet:
        for name in {_plain(device.name), _plain(device.key)}:
            found[name] = None if name in found else device
    return {name: device for name, device in found.items() if device is not None}


def _devices(entry: Entry, choices: Choices, known: Mapping[str, Resource], by_id: Mapping[int, Resource]) -> tuple[Resource, ...]:
    chosen = (choices.named or {}).get(code_of(Meant(entry=entry, devices=()).name)) or choices.all_for
    if chosen is not None and chosen in by_id:
        return (by_id[chosen],)
    named = [known.get(_plain(name)) for name in entry.devices]
    if named:
        return tuple(device for device in named if device) if all(named) else ()
    texts = [_plain(text) for text in (entry.title, entry.where)]
    inside = [name for name in known if any(_stands_in(name, text) for text in texts)]
    return (known[max(inside, key=len)],) if inside else ()


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _plain(text: str) -> str:
    return _SPACES.sub(" ", text.strip().casefold())
