"""What a kit consists of, whose items a pool holds, and the photos and documents of a device."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from booking import occupying
from booking.fleet.keeping import bookings_around, check_keeper, get_for_change, put_together
from booking.fleet.refusing import BookingsAffected
from booking.models import FileKind, Kind, Resource, ResourceFile, ResourcePart, StockEntry
from booking.occupying import Wish
from booking.queries.numbers import check_number
from booking.rules.occupancy import check_quantity
from commons import clock, files, journal
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.municipalities import get_organisation
from commons.people import Actor
from commons.words import say

PHOTOS = frozenset({"image/jpeg", "image/png", "image/webp"})
DOCUMENTS = frozenset({"application/pdf"})


class NoKit(RuleBroken):
    """Only what consists of parts has parts."""

    def __init__(self) -> None:
        super().__init__(say("Nur ein Satz oder ein Ganzes besteht aus Teilen. Bitte nennen Sie mindestens ein Teil."))


class StockWrong(RuleBroken):
    """The items of a pool sum up to its number, and a serial number names one item."""

    def __init__(self, counted: int, total: int) -> None:
        super().__init__(say("Die Posten ergeben %(counted)s Stück, der Bestand hat %(total)s.", counted=counted, total=total))


class SerialTwice(RuleBroken):
    """A serial number stands once, and for one item."""

    def __init__(self, serial: str) -> None:
        super().__init__(say("Die Nummer „%(serial)s“ steht für genau ein Stück und nur einmal.", serial=serial))


class FileRefused(RuleBroken):
    """What others read opens in every browser."""

    def __init__(self, name: str) -> None:
        super().__init__(say("„%(name)s“ ist weder ein Foto (JPEG, PNG, WebP) noch ein PDF.", name=name), field="file")


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """Hold like items of one owner, or one with its serial number."""

    owner_id: int
    quantity: int = 1
    serial: str = ""


def set_parts(whole_id: int, parts: Sequence[tuple[int, int]], *, by: Actor) -> None:
    """Say anew what a kit consists of; refused with the list while it is booked, for those bookings hold the old parts."""
    occupying.lock([Wish(resource_id=whole_id)])
    whole = _kept(whole_id, by)
    if whole.kind is not Kind.KIT or not parts:
        raise NoKit
    for part_id, number in parts:
        part = get_for_change(part_id)
        check_keeper(part.owner, by)
        check_quantity(number, total=part.quantity, resource=part.name)
    ahead = bookings_around(whole_id, after=clock.now())
    if ahead:
        raise BookingsAffected(ahead)
    db.session.execute(delete(ResourcePart).where(ResourcePart.whole_id == whole_id))
    db.session.expire(whole, ["parts"])
    put_together(whole_id, parts, by=by)


def count_stock(resource_id: int, entries: Sequence[Items], *, by: Actor) -> None:
    """Write down whose items a pool holds and which have a number; they sum up to the pool."""
    pool = _kept(resource_id, by)
    counted, serials = sum(entry.quantity for entry in entries), [entry.serial for entry in entries if entry.serial]
    if counted != pool.quantity:
        raise StockWrong(counted, pool.quantity)
    for entry in entries:
        get_organisation(entry.owner_id)
        if entry.serial and (entry.quantity != 1 or serials.count(entry.serial) > 1):
            raise SerialTwice(entry.serial)
    db.session.execute(delete(StockEntry).where(StockEntry.resource_id == pool.id))
    db.session.add_all(StockEntry(resource_id=pool.id, owner_id=entry.owner_id, quantity=entry.quantity, serial=entry.serial) for entry in entries)
    db.session.flush()
    _record("counted", pool, by=by, stock=[[entry.owner_id, entry.serial, entry.quantity] for entry in entries])


def add_file(resource_id: int, *, name: str, media_type: str, content: bytes, caption: str, by: Actor) -> ResourceFile:
    """Keep a photo or a document with a device."""
    device = _kept(resource_id, by)
    if media_type not in PHOTOS | DOCUMENTS:
        raise FileRefused(name)
    kept = files.store(name, media_type, content, by=by)
    kind = FileKind.PHOTO if media_type in PHOTOS else FileKind.DOCUMENT
    added = ResourceFile(resource_id=device.id, file_id=kept.id, kind=kind, caption=caption.strip()[:200] or name[:200])
    db.session.add(added)
    db.session.flush()
    _record("file_added", device, by=by, file=added.caption)
    return added


def remove_file(file_id: int, *, by: Actor) -> ResourceFile:
    """Show a file no longer."""
    check_number(file_id)
    found = db.session.scalar(select(ResourceFile).where(ResourceFile.id == file_id, ResourceFile.removed_at.is_(None)))
    if found is None:
        raise NotFound
    device = _kept(found.resource_id, by)
    found.removed_at = clock.now()
    _record("file_removed", device, by=by, file=found.caption)
    return found


def _kept(resource_id: int, by: Actor) -> Resource:
    check_number(resource_id)
    device = get_for_change(resource_id)
    check_keeper(device.owner, by)
    return device


def _record(act: str, device: Resource, *, by: Actor, **after: object) -> None:
    journal.record(f"resource.{act}", subject=("resource", device.id), by=by, after=after, municipalities=[device.owner.municipality_id])
