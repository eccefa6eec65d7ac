"""What owners of the demo say of their devices beyond the sample rows: a second lift, a yearly closure, shares of a pool, and who may book."""

from sqlalchemy import select

from booking import fleet
from booking.fleet import Items, Registration
from booking.models import Approver, Resource, Season
from booking.rules.seasons import Yearly
from commons.database import db, write
from commons.municipalities import find_organisation
from commons.people import Actor, actors_of, find_person

KOEN, BERN, OSSL = "peter.mager@koenigsbrueck.example", "gerd.petschel@bernsdorf.example", "udo.scholze@ossling.example"


def load() -> None:
    """Load what belongs to the devices; what is there already stays as it is."""
    if db.session.scalar(select(Season.id).limit(1)) is not None:
        return
    _second_lift()
    winter = Yearly(from_month=11, from_day=1, until_month=3, until_day=31)
    write(fleet.close_yearly, _device("weed-brush").id, winter, reason="Der Kompakttraktor fährt Winterdienst", by=_actor(OSSL))
    _shares()


def _second_lift() -> None:
    """Make „any lift from 12 m“ a choice."""
    like, head = _device("platform-trailer"), _actor(KOEN)
    lift = Registration(
        key="scissor-lift",
        name="Scherenarbeitsbühne 12 m",
        category_id=like.category_id,
        site_name="Bauhof Königsbrück",
        owner_id=head.organisation_id,
        measure_number=like.measure_number,
        features={"Arbeitshöhe": "12 m", "Korblast": "320 kg", "Antrieb": "Akku"},
        accessories=("Ladekabel", "Fernbedienung"),
        equivalence="Hubarbeitsbühne",
        required_qualifications=("aerial-platform", "machine-instruction"),
        approval_by=Approver.BUILDING_YARD_HEAD,
        buffer_after_min=30,
        contact="Bauhofleitung Königsbrück",
        tariff_text="28,00 € je Stunde (ab 01.01.2026). Netto, nur Kostenerstattung.",
        source="Beispiel, erfunden",
    )
    write(fleet.register, lift, by=head)


def _shares() -> None:
    mine, theirs = _actor(BERN).organisation_id, _place("bauhof-ossling")
    barriers = _device("barriers")
    stock = [Items(owner_id=mine, quantity=barriers.quantity - 42), Items(owner_id=theirs, quantity=40)]
    numbered = [Items(owner_id=mine, serial=serial) for serial in ("BE-101", "BE-102")]
    write(fleet.count_stock, barriers.id, [*stock, *numbered], by=_actor(BERN))


def _device(key: str) -> Resource:
    return db.session.scalars(select(Resource).where(Resource.key == key)).one()


def _place(key: str) -> int:
    place = find_organisation(key)
    if place is None:
        raise LookupError(key)
    return place.id


def _actor(mail: str) -> Actor:
    person = find_person(mail)
    if person is None:
        raise LookupError(mail)
    return actors_of(person.id)[0]
