"""What belongs to a device: yearly closures, the stock of a pool, files; and the sites of an owner."""

from dataclasses import dataclass

from sqlalchemy import select

from booking.models import Booking, Resource, ResourceFile, Season, Site, StockEntry, Use
from booking.queries.approval import owned_by
from booking.queries.fleet import get_resource, resources, wholes_of
from booking.queries.numbers import check_number
from commons.database import db
from commons.errors import NotFound
from commons.municipalities import Organisation
from commons.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Say how many of a pool belong to one owner, and which of them have a number."""

    owner: Organisation
    quantity: int
    serials: list[str]


def seasons_of(resource_id: int) -> list[Season]:
    """Return the yearly closures in force; the caller has loaded the device for its reader."""
    return list(db.session.scalars(select(Season).where(Season.resource_id == resource_id, Season.lifted_at.is_(None)).order_by(Season.id)))


def stock_of(resource_id: int) -> list[StockEntry]:
    """Return the items of a pool as they were counted."""
    return list(db.session.scalars(select(StockEntry).where(StockEntry.resource_id == resource_id).order_by(StockEntry.owner_id, StockEntry.id)))


def numbers_in(booking: Booking) -> list[str]:
    """List the numbered items of a booking's pools that are at home, to tick which of them go out."""
    pools = {item.resource_id: item.resource.name for item in booking.items if item.resource.is_pool}
    entries = [entry for id_ in pools for entry in stock_of(id_) if entry.serial]
    away = {name for names in db.session.scalars(select(Use.accessories).where(Use.resource_id.in_(pools), Use.back_at.is_(None))) for name in names}
    found = [f"{pools[entry.resource_id]}, Nr. {entry.serial}" for entry in entries]
    return [name for name in found if name not in away]


def shares_of(resource_id: int) -> list[Share]:
    """Sum up a pool by owner."""
    found: dict[int, list[StockEntry]] = {}
    for entry in stock_of(resource_id):
        found.setdefault(entry.owner_id, []).append(entry)
    return [
        Share(owner=entries[0].owner, quantity=sum(entry.quantity for entry in entries), serials=[entry.serial for entry in entries if entry.serial])
        for entries in found.values()
    ]


def files_of(resource_id: int) -> list[ResourceFile]:
    """Return the photos and documents of a device, photos first."""
    query = select(ResourceFile).where(ResourceFile.resource_id == resource_id, ResourceFile.removed_at.is_(None))
    return list(db.session.scalars(query.order_by(ResourceFile.kind.desc(), ResourceFile.id)))


def get_file(file_id: int, actor: Actor) -> ResourceFile:
    """Return a file of a device that the actor may see."""
    check_number(file_id)
    found = db.session.scalar(select(ResourceFile).where(ResourceFile.id == file_id, ResourceFile.removed_at.is_(None)))
    if found is None:
        raise NotFound
    get_resource(found.resource_id, actor)
    return found


def possible_parts(whole: Resource, actor: Actor) -> list[Resource]:
    """Return what a kit may consist of: the own devices and kits, but for itself and what contains it."""
    around = {whole.id, *wholes_of([whole.id])}
    return [device for device in resources(actor, own=True) if device.id not in around]


def sites(actor: Actor) -> list[Site]:
    """Return the sites of the actor's organisation and what stands below it."""
    return list(db.session.scalars(select(Site).where(Site.organisation_id.in_(owned_by(actor))).order_by(Site.name)))


def get_site(site_id: int, actor: Actor) -> Site:
    """Return a site that the actor keeps."""
    check_number(site_id)
    found = db.session.scalar(select(Site).where(Site.id == site_id, Site.organisation_id.in_(owned_by(actor))))
    if found is None:
        raise NotFound
    return found
