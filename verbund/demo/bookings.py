"""The fleet of the demo and its bookings: built through the wing's own verbs, relative to today."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy import func, select

from booking import fleet, reserving
from booking.models import Booking, Resource
from booking.occupying import Wish
from booking.periods import Period
from booking.reserving import Details, Placed
from commons import clock
from commons.calendar_days import from_wall, today_of, week_days
from commons.database import db, write
from commons.municipalities import find_organisation
from commons.people import Actor, Person, find_actor, find_person
from commons.shipped import rows


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One booking of the demo: the day counts from the Monday of this week."""

    who: str
    organisation: str
    devices: tuple[tuple[str, int], ...]
    first: tuple[int, int]  # day, hour
    last: tuple[int, int]
    purpose: str
    decided_by: tuple[str, str] | None = None  # mail, organisation
    declined: str | None = None
    cancelled: bool = False


def _sample(
    who: str, organisation: str, device: str | tuple[tuple[str, int], ...], first: tuple[int, int], last: tuple[int, int], purpose: str, **more: object
) -> Sample:
    devices = ((device, 1),) if isinstance(device, str) else device
    return Sample(who=who, organisation=organisation, devices=devices, first=first, last=last, purpose=purpose, **more)  # type: ignore[arg-type]


BERN, KOEN = ("gerd.petschel@bernsdorf.example", "bauhof-bernsdorf"), ("peter.mager@koenigsbrueck.example", "bauhof-koenigsbrueck")
OSSL = ("udo.scholze@ossling.example", "bauhof-ossling")
LAUS = ("wolfgang.thieme@laussnitz.example", "bauhof-laussnitz")
TOWN_BERN, TOWN_KOEN = ("anna.richter@bernsdorf.example", "verwaltung-bernsdorf"), ("kathrin.boehme@koenigsbrueck.example", "verwaltung-koenigsbrueck")

SAMPLES: tuple[Sample, ...] = (
    # Next week: what a yard head sees in the week plan.
    _sample(*LAUS, "sweeper", (7, 7), (7, 15), "Kehren der Ortsdurchfahrt nach dem Winterdienst", decided_by=KOEN),
    _sample(*KOEN, "sweeper", (8, 6), (8, 14), "Kehren am Markt"),
    _sample(*OSSL, "sweeper", (9, 7), (10, 12), "Radweg nach Lieske", decided_by=KOEN),
    _sample(*OSSL, "platform-trailer", (7, 8), (8, 16), "Baumpflege an der Schule", decided_by=BERN),
    _sample(*TOWN_KOEN, "platform-trailer", (11, 12), (14, 7), "Lichterkette am Rathaus anbringen"),
    _sample(*KOEN, "wheel-loader", (7, 7), (9, 15), "Umsetzen von Schüttgut"),
    _sample(*BERN, "wheel-loader", (10, 7), (10, 12), "Grünschnitt verladen"),
    _sample(*LAUS, "mini-excavator-kit", (8, 7), (9, 15), "Graben an der Dorfstraße"),
    _sample(*BERN, "wood-chipper", (7, 7), (7, 15), "Astholz aus dem Park", decided_by=OSSL),
    _sample(*KOEN, "wood-chipper", (14, 7), (15, 15), "Pflege der Streuobstwiese"),
    _sample(*TOWN_BERN, (("market-stall", 12), ("cones", 40)), (11, 12), (13, 20), "Weihnachtsmarkt"),
    _sample(*OSSL, (("cones", 60), ("barriers", 20)), (8, 7), (11, 16), "Halbseitige Sperrung der Hauptstraße"),
    _sample(*TOWN_KOEN, "mobile-stage", (18, 8), (21, 10), "Bürgerfest", decided_by=TOWN_BERN),
    _sample(*LAUS, "verge-mower", (7, 7), (11, 15), "Bankette mähen"),
    _sample(*KOEN, "verge-mower", (14, 7), (16, 15), "Bankette an der Kreisstraße", declined="In dieser Woche brauchen wir den Mäher selbst.", decided_by=LAUS),
    _sample(*OSSL, "compressor", (9, 7), (9, 16), "Pflaster am Bahnhof", cancelled=True),
    # Later on.
    _sample(*LAUS, "sweeper", (21, 7), (21, 15), "Kehren vor dem Fest"),
    _sample(*OSSL, "wheel-loader", (22, 7), (24, 15), "Sandspielplatz füllen", decided_by=BERN),
    _sample(*BERN, "generator-trailer", (25, 7), (28, 7), "Notstromprobe im Rathaus"),
)


def load() -> None:
    """Load the fleet and the bookings of the demo; what is there already stays as it is."""
    write(_load_fleet)
    if not db.session.scalar(select(func.count()).select_from(Booking)):
        for sample in SAMPLES:
            _place(sample)


def _load_fleet() -> None:
    fleet.load_sample(rows("resources.csv"), categories=rows("categories.csv"), kits=rows("kits.csv"))
    fleet.load_inspections(rows("inspections.csv"), rows("sample_inspections.csv"))


def _place(sample: Sample) -> None:
    actor = _actor(sample.who, sample.organisation)
    placed: Placed = write(reserving.request_booking, _wishes(sample), _period(sample), details=Details(purpose=sample.purpose), by=actor)
    if sample.declined and sample.decided_by:
        write(reserving.decline, placed.id, reason=sample.declined, by=_actor(*sample.decided_by))
    elif sample.decided_by:
        write(reserving.approve, placed.id, by=_actor(*sample.decided_by))
    if sample.cancelled:
        write(reserving.cancel, placed.id, by=actor)


def _wishes(sample: Sample) -> list[Wish]:
    known = {device.key: device.id for device in db.session.scalars(select(Resource).where(Resource.key.in_([key for key, _ in sample.devices])))}
    return [Wish(resource_id=known[key], quantity=number) for key, number in sample.devices]


def _period(sample: Sample) -> Period:
    monday = week_days(today_of(clock.now()))[0]
    return Period(*(from_wall(_day(monday, day), time(hour)) for day, hour in (sample.first, sample.last)))


def _day(monday: date, number: int) -> date:
    return monday + timedelta(days=number)


def _actor(mail: str, organisation: str) -> Actor:
    person: Person | None = find_person(mail)
    place = find_organisation(organisation)
    actor = find_actor(person.id, place.id) if person and place else None
    if actor is None:
        raise LookupError(f"{mail} does not act for {organisation}")
    return actor
