"""Signed-in devices: each sign-in is a row that its person can revoke; a device in the yard stays signed in until then."""

import re
from datetime import timedelta

from sqlalchemy import ColumnElement, ForeignKey, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from commons import clock
from commons.database import Base, db, pk, utc_time
from commons.errors import NotFound
from commons.people import Person
from commons.tokens import hash_of, new_secret

SESSION_LASTS = timedelta(hours=16)  # a browser that was never told to stay; a long day at the office

SYSTEMS = (("Android", "Android"), ("iPhone|iPad", "iOS"), ("Windows", "Windows"), ("Mac OS", "macOS"), ("Linux", "Linux"))
BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))


class Device(Base):
    """A browser in which a person is signed in; only the hash of its secret is kept."""

    __tablename__ = "device"

    id: Mapped[pk]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    stays: Mapped[bool]
    created_at: Mapped[utc_time]
    revoked_at: Mapped[utc_time | None]

    person: Mapped[Person] = relationship()


def begin(person_id: int, *, user_agent: str) -> tuple[Device, str]:
    """Note a sign-in and return its row and its secret."""
    secret = new_secret()
    device = Device(person_id=person_id, name=name_of(user_agent), secret_hash=hash_of(secret), stays=False, created_at=clock.now())
    db.session.add(device)
    db.session.flush()
    return device, secret


def name_of(user_agent: str) -> str:
    """Return how a person would call a browser: "Firefox, Android"."""
    found = [next((name for pattern, name in kinds if re.search(pattern, user_agent)), None) for kinds in (BROWSERS, SYSTEMS)]
    return ", ".join(part for part in found if part) or "Browser"


def find_staying(secret: str) -> Device | None:
    """Return the device that stays signed in with this secret, of a person who is active."""
    return db.session.scalar(select(Device).join(Person).where(Device.secret_hash == hash_of(secret), Device.stays, Device.revoked_at.is_(None), Person.active))


def _lasts() -> ColumnElement[bool]:
    return or_(Device.stays, Device.created_at > clock.now() - SESSION_LASTS)


def is_in_force(device_id: int) -> bool:
    """Tell whether a session of this device still counts."""
    return db.session.scalar(select(Device.id).where(Device.id == device_id, Device.revoked_at.is_(None), _lasts())) is not None


def devices_of(person_id: int) -> list[Device]:
    """Return where a person is signed in, the newest first."""
    query = select(Device).where(Device.person_id == person_id, Device.revoked_at.is_(None), _lasts())
    return list(db.session.scalars(query.order_by(Device.id.desc())))


def revoke(device_id: int, *, person_id: int) -> None:
    """Sign one of a person's devices out."""
    if db.session.scalar(select(Device.id).where(Device.id == device_id, Device.person_id == person_id)) is None:
        raise NotFound
    _revoke(Device.id == device_id, Device.person_id == person_id)


def sign_out(device_id: int) -> None:
    """End the session of a device whose person signed out on it."""
    _revoke(Device.id == device_id)


def revoke_all(person_id: int) -> None:
    """Sign all devices of a person out."""
    _revoke(Device.person_id == person_id)


def _revoke(*which: ColumnElement[bool]) -> None:
    db.session.execute(update(Device).where(*which, Device.revoked_at.is_(None)).values(revoked_at=clock.now()))
