"""What hand-out and take-back share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select

from booking import occupying, telling
from booking.models import Booking, BookingItem, Fuel, Side, Use, UsePhoto
from booking.occupying import Locked, Wish
from booking.queries.bookings import get_booking, is_bookers_side
from booking.queries.keeping import is_keeper
from commons import files
from commons.database import db
from commons.errors import ChangedMeanwhile, NotAllowed, NotFound, RuleBroken
from commons.people import Actor
from commons.permissions import Permission
from commons.words import Message, say

PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})
MOST_PHOTOS = 6


class PhotoRefused(RuleBroken):
    """A photo is a picture that every browser shows."""

    def __init__(self, name: str) -> None:
        super().__init__(say("„%(name)s“ ist kein Foto. Bitte senden Sie JPEG, PNG oder WebP, höchstens sechs Bilder.", name=name), field="photos")


@dataclass(frozen=True, kw_only=True)
class Photo:
    """Hold a picture as it came."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Record:
    """Hold what both sides write down when a device changes hands."""

    at: datetime
    operator: str = ""
    order_confirmed: bool = False
    giver: str = ""
    taker: str = ""
    fuel: Fuel = Fuel.NONE
    condition: str = ""
    meters: Mapping[int, Decimal] = field(default_factory=dict)  # resource → reading
    accessories: Sequence[str] = ()
    photos: Sequence[Photo] = ()


def open_booking(booking_id: int, *, by: Actor, version: int | None) -> tuple[Booking, Locked]:
    """Load a booking to hand it over: its resources are locked first, then its row; either side may write down what happens."""
    columns = (BookingItem.resource_id, BookingItem.quantity, BookingItem.substitute_id)
    rows = db.session.execute(select(*columns).where(BookingItem.booking_id == booking_id).order_by(BookingItem.id)).all()
    if not rows:
        raise NotFound
    locked = occupying.lock([Wish(resource_id=id_, quantity=number, substitute_id=stays) for id_, number, stays in rows])
    db.session.execute(select(Booking.id).where(Booking.id == booking_id).with_for_update(key_share=True))
    booking = get_booking(booking_id, by)
    if not may_hand_over(booking, by):
        raise NotAllowed
    if version is not None and version != booking.version:
        raise ChangedMeanwhile
    return booking, locked


def may_hand_over(booking: Booking, actor: Actor) -> bool:
    """Say whether the actor hands this booking over: who keeps a device of it, or who fetches it for its booker."""
    keeper = any(is_keeper(actor, owner_id=item.resource.owner_id) for item in booking.items)
    return keeper or (actor.may(Permission.HANDOVER_RECORD) and is_bookers_side(booking, actor))


def keep_photos(use: Use, photos: Sequence[Photo], side: Side, *, by: Actor) -> None:
    """Keep the pictures with the use."""
    if len(photos) > MOST_PHOTOS:
        raise PhotoRefused(photos[MOST_PHOTOS].name)
    for photo in photos:
        if photo.media_type not in PHOTO_TYPES:
            raise PhotoRefused(photo.name)
        kept = files.store(photo.name, photo.media_type, photo.content, by=by)
        db.session.add(UsePhoto(use_id=use.id, file_id=kept.id, side=side))


def tell(booking: Booking, act: str, subject: Message, *, by: Actor, before: Mapping[str, object]) -> None:
    """Renew the calendar, write to the other side and record the act."""
    booking.version, booking.changed_at = booking.version + 1, telling.now()
    db.session.flush()
    news = telling.news_of(booking)
    event = telling.renew_calendar(news, at=booking.changed_at)
    if by.person_id != booking.created_by_id:
        telling.tell_booker(news, subject, event)
    telling.tell_owners(news, subject, event, but=by.person_id)
    telling.write_down(act, news, by=by, before=before)
