"""The brigades' state in the demo: who looked last, what is limited, and what was used without a booking."""

from datetime import timedelta

from sqlalchemy import select

from booking import handover, upkeep
from booking.handover import Entry
from booking.models import Resource, StatusCheck
from commons import clock
from commons.database import db, write
from commons.municipalities import find_organisation
from commons.people import Actor, actors_of, find_person

CHIEFS = ("jens.opitz@bernsdorf.example", "thomas.gaertner@koenigsbrueck.example")
LIMITED = ("gas-detectors", "Akku hält nur noch zwei Stunden")


def load() -> None:
    """Load the state of the brigades; what is there already stays as it is."""
    if db.session.scalar(select(StatusCheck.id).limit(1)) is not None:
        return
    for mail in CHIEFS:
        chief = _actor(mail)
        for device in _devices_of(chief):
            write(upkeep.confirm_status, device, by=chief)
    write(upkeep.report_limited, _device(LIMITED[0]), by=_actor(CHIEFS[1]), reason=LIMITED[1])
    _enter_past_use()


def _enter_past_use() -> None:
    borrower, back = find_organisation("bauhof-ossling"), clock.now().replace(second=0, microsecond=0) - timedelta(days=6)
    if borrower is None:
        raise LookupError("bauhof-ossling")
    entry = Entry(
        resource_id=_device("wheel-loader"),
        organisation_id=borrower.id,
        out_at=back - timedelta(hours=5),
        back_at=back,
        operator="Udo Scholze",
        purpose="Sturmholz räumen",
    )
    write(handover.enter, entry, by=_actor("gerd.petschel@bernsdorf.example"))


def _actor(mail: str) -> Actor:
    person = find_person(mail)
    if person is None:
        raise LookupError(mail)
    return actors_of(person.id)[0]


def _device(key: str) -> int:
    return db.session.scalars(select(Resource.id).where(Resource.key == key)).one()


def _devices_of(chief: Actor) -> list[int]:
    query = select(Resource.id).where(Resource.owner_id == chief.organisation_id, Resource.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Resource.id)))
