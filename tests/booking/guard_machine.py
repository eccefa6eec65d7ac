"""The guard against a plain model: whatever changes planned occupancy, in any order, ends alike in both."""

from dataclasses import fields, replace
from datetime import time, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from booking import displacing, fleet, incidents, reserving, series, waiting
from booking.fleet import Registration
from booking.models import Block, BookingItem, Fate, Occupancy, Resource
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.audit import excesses
from booking.queries.availability import all_free_in, free_in
from booking.rules.occupancy import Occupied, TakenTwice
from booking.rules.recurrence import Rhythm, Rule
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import MONDAY, hours, make_kit, make_pool, make_resource
from tests.booking.guard_model import CAPACITY, Model, Row
from tests.world import World

NOW = MONDAY + timedelta(hours=3)  # so that an incident reaches into the day that people book
NAMES = st.sampled_from(list(CAPACITY))
SPANS = st.tuples(st.integers(6, 18), st.integers(1, 5)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WISHES = st.dictionaries(NAMES, st.integers(1, 3), min_size=1, max_size=3)
HEAD = ("bernsdorf", Role.BUILDING_YARD_HEAD)
CHIEF = ("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)


class Guard(RuleBasedStateMachine):
    """Do the same to the wing and to the model."""

    plain: type[Model] = Model

    @initialize()
    def begin(self) -> None:
        db.session.rollback()
        world = World()
        who = (("ossling", Role.CLERK), ("neukirch", Role.CLERK), HEAD, CHIEF)
        self.clerk, self.neighbour, self.head, self.chief = (world.actor(*one) for one in who)
        plain, buffered, pool, left, right = (make_resource(), make_resource(buffer_before_min=60, buffer_after_min=60), make_pool(3), *_halves())
        kit = make_kit(plain, pool, quantities=(1, 2), buffer_before_min=60, buffer_after_min=60)
        made = {"plain": plain, "buffered": buffered, "pool": pool, "kit": kit, "hall": make_kit(left, right), "left": left, "right": right}
        self.ids = {name: device.id for name, device in made.items()}
        self.model, self.bookings, self.closures, self.blocks, self.at = self.plain(), {}, [], {}, NOW

    def wished(self, wishes) -> list[Wish]:
        return [Wish(resource_id=self.ids[name], quantity=number) for name, number in wishes.items()]

    def counted(self, wishes) -> dict[str, int]:
        return {name: min(number, self.model.pool if name == "pool" else 1) for name, number in wishes.items()}

    def both(self, fits: bool, verb, *arguments, **more):
        """Do it, and see that the wing agrees to what the model agrees to."""
        with stopped_at(self.at):
            try:
                done = write(verb, *arguments, **more)
            except (Occupied, TakenTwice, fleet.BookingsAffected, series.SeriesTaken):
                assert not fits
                return None
        assert fits
        return done

    @rule(wishes=WISHES, span=SPANS)
    def book(self, wishes, span) -> None:
        wishes = self.counted(wishes)
        fits = self.model.fits(self.model.rows_for(("booking", 0), wishes, span), self.at)
        done = self.both(fits, reserving.request_booking, self.wished(wishes), hours(*span), details=Details(purpose="Suche"), by=self.clerk)
        if done is not None:
            self.bookings[done.id] = wishes
            self.model.rows += self.model.rows_for(("booking", done.id), wishes, span)

    @rule(name=NAMES, number=st.integers(1, 3), span=SPANS, count=st.integers(2, 4), choice=st.sampled_from([series.Choice.ALL, series.Choice.FREE]))
    def repeat(self, name, number, span, count, choice) -> None:
        wishes = self.counted({name: number})
        dates = [(span[0] + 24 * day, span[1] + 24 * day) for day in range(count)]
        free = [self.model.fits(self.model.rows_for(("booking", 0), wishes, date), self.at) for date in dates]
        plan = series.Plan(rule=Rule(first=MONDAY.date(), rhythm=Rhythm.DAILY, count=count), start=time(span[0]), end=time(span[1]))
        fits = all(free) if choice is series.Choice.ALL else any(free)
        done = self.both(fits, series.book, self.wished(wishes), plan, choice=choice, details=Details(purpose="Suche"), by=self.clerk)
        if done is not None:
            assert [one.fate is Fate.BOOKED for one in done.dates] == free
            for one, date in zip(done.dates, dates, strict=True):
                if one.booking_id is not None:
                    self.bookings[one.booking_id] = wishes
                    self.model.rows += self.model.rows_for(("booking", one.booking_id), wishes, date)

    @precondition(lambda self: self.bookings)
    @rule(data=st.data())
    def cancel(self, data) -> None:
        booking_id = data.draw(st.sampled_from(sorted(self.bookings)))
        with stopped_at(self.at):
            write(reserving.cancel, booking_id, by=self.clerk)
        del self.bookings[booking_id]
        self.model.drop(("booking", booking_id))

    @precondition(lambda self: self.bookings)
    @rule(data=st.data(), span=SPANS)
    def move(self, data, span) -> None:
        booking_id = data.draw(st.sampled_from(sorted(self.bookings)))
        claim, before = ("booking", booking_id), self.model.rows
        self.model.drop(claim)
        wanted = self.model.rows_for(claim, self.bookings[booking_id], span)
        done = self.both(self.model.fits(wanted, self.at), reserving.move, booking_id, hours(*span), by=self.clerk)
        self.model.rows = before if done is None else self.model.rows + wanted

    @rule(name=NAMES, number=st.integers(1, 3), span=SPANS)
    def close(self, name, number, span) -> None:
        number = self.counted({name: number})[name]
        wanted, before = [Row(("closure", 0), name, *span, number)], self.model.rows
        if name != "pool":  # closures of a single device may cover each other, and an incident
            self.model.rows = [row for row in before if row.claim[0] not in ("closure", "block")]
        fits = self.model.fits(wanted, self.at)
        done = self.both(fits, fleet.close, self.ids[name], hours(*span), reason="Suche", quantity=number, by=self.head)
        self.model.rows = before
        if done is not None:
            self.closures.append(done.id)
            self.model.rows = [*before, Row(("closure", done.id), name, *span, number)]

    @precondition(lambda self: self.closures)
    @rule(data=st.data())
    def lift(self, data) -> None:
        closure_id = data.draw(st.sampled_from(self.closures))
        with stopped_at(self.at):
            write(fleet.lift, closure_id, by=self.head)
        self.closures.remove(closure_id)
        self.model.drop(("closure", closure_id))

    @rule(number=st.integers(1, 5))
    def count_anew(self, number) -> None:
        fits = number >= self.model.pool or not self.model.is_crowded(number, self.at)
        pool = db.session.get_one(Resource, self.ids["pool"])
        done = self.both(fits, fleet.change, pool.id, registration_with(pool, quantity=number), version=pool.version, by=self.head)
        if done is not None:
            cut, self.model.pool = number < self.model.pool, number
            if cut and self.model.is_crowded(number, self.at, by="hold"):  # somebody fills in a form for what is gone
                self.model.drop(("hold", 0))

    @rule(wishes=WISHES, span=SPANS)
    def hold(self, wishes, span) -> None:
        wishes = self.counted(wishes)
        before, until = self.model.rows, self.at + timedelta(minutes=10)
        self.model.drop(("hold", 0))
        wanted = self.model.rows_for(("hold", 0), wishes, span, until)
        done = self.both(self.model.fits(wanted, self.at), waiting.hold, self.wished(wishes), hours(*span), by=self.neighbour)
        self.model.rows = before if done is None else self.model.rows + wanted

    @rule()
    def wait(self) -> None:
        self.at += timedelta(minutes=6)

    @rule(name=NAMES, number=st.integers(1, 3))
    def turn_out(self, name, number) -> None:
        number = self.counted({name: number})[name]
        with stopped_at(self.at):
            declared = write(incidents.declare, [Wish(resource_id=self.ids[name], quantity=number)], by=self.chief)
        block_id = db.session.scalars(select(Block.id).where(Block.incident_id == declared.id)).one()
        self._take_over(name, number)
        self.blocks[block_id] = (name, number)
        self._displace(block_id)

    @precondition(lambda self: any(row.claim[0] == "block" for row in self.model.rows))
    @rule()
    def roll(self) -> None:
        for block_id in sorted({row.claim[1] for row in self.model.rows if row.claim[0] == "block"}):
            with stopped_at(self.at):
                assert write(displacing.roll, block_id)
            self._displace(block_id)

    @precondition(lambda self: any(row.claim[0] == "block" for row in self.model.rows))
    @rule(data=st.data())
    def ready(self, data) -> None:
        block_id = data.draw(st.sampled_from(sorted({row.claim[1] for row in self.model.rows if row.claim[0] == "block"})))
        with stopped_at(self.at):
            write(incidents.ready, block_id, by=self.chief)
        self.model.drop(("block", block_id))

    def _take_over(self, name, number) -> None:
        """Let the next incident have what it misses of what earlier ones still have, the oldest first; they keep the rest."""
        standing = [id_ for id_, (of, _) in self.blocks.items() if of == name and any(row.claim == ("block", id_) for row in self.model.rows)]
        missing = sum(self.blocks[id_][1] for id_ in standing) + number - (self.model.pool if name == "pool" else 1)
        for id_ in standing:
            given = max(0, min(missing, self.blocks[id_][1]))
            missing, left = missing - given, self.blocks[id_][1] - given
            self.blocks[id_] = (name, left)
            rows = [row for row in self.model.rows if row.claim == ("block", id_) and left]
            self.model.moved(("block", id_), [replace(row, quantity=min(row.quantity, left)) for row in rows])

    def _displace(self, block_id) -> None:
        """Take what is blocked; a booking that stood in the way loses just that, and every other keeps all."""
        name, number = self.blocks[block_id]
        wanted = self.model.block(("block", block_id), name, number, self.at)
        hit = {row.claim for row in self.model.rows for block in wanted if row.overlaps(block)}
        self.model.moved(("block", block_id), wanted)
        if ("hold", 0) in hit:
            self.model.drop(("hold", 0))
        self._look_again(sorted(number for kind, number in hit if kind == "booking"), wanted)

    def _look_again(self, booking_ids, blocked) -> None:
        names = {id_: name for name, id_ in self.ids.items()}
        for booking_id in booking_ids:
            before = {row.name: row for row in self.model.rows if row.claim == ("booking", booking_id)}
            rows = list(db.session.scalars(select(Occupancy).where(Occupancy.booking_id == booking_id)))
            items = db.session.execute(select(BookingItem.resource_id, BookingItem.quantity).where(BookingItem.booking_id == booking_id))
            kept = [Row(row.claim, row.name, row.start, row.end, number.quantity) for number in rows for row in [before[names[number.resource_id]]]]
            assert not [row for row in kept for block in blocked if block.name != "pool" and row.overlaps(block)]
            self.model.moved(("booking", booking_id), kept)
            self.bookings[booking_id] = {names[id_]: quantity for id_, quantity in items}
            if not rows:
                del self.bookings[booking_id]
        db.session.rollback()

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        assert excesses() == []
        db.session.rollback()

    @invariant()
    def what_is_free_is_free_in_both(self) -> None:
        with stopped_at(self.at):
            free, all_free = free_in(list(self.ids.values()), hours(10, 14)), all_free_in(hours(10, 14))
        for name, id_ in self.ids.items():
            wanted = self.model.rows_for(("booking", 0), {name: 1}, (10, 14))
            assert free[id_].suffices(1) == all_free[id_].suffices(1) == self.model.fits(wanted, self.at), name
        db.session.rollback()

    @invariant()
    def table_and_model_hold_the_same_bookings(self) -> None:
        rows = db.session.scalars(select(Occupancy).where(Occupancy.resource_id.in_(list(self.ids.values())), Occupancy.booking_id.is_not(None)))
        names = {id_: name for name, id_ in self.ids.items()}
        stored = {(row.booking_id, names[row.resource_id], row.starts_at, row.ends_at, row.quantity) for row in rows}
        kept = [row for row in self.model.rows if row.claim[0] == "booking"]
        assert stored == {(row.claim[1], row.name, hours(row.start, row.end).start, hours(row.start, row.end).end, row.quantity) for row in kept}
        db.session.rollback()


def _halves() -> tuple[Resource, Resource]:
    return make_resource(), make_resource()


def registration_with(device: Resource, **changed) -> Registration:
    """Return what is known of a device, with something changed."""
    known = {field.name: getattr(device, field.name) for field in fields(Registration) if field.name != "site_name"}
    return Registration(**known | {"site_name": device.site.name, "required_qualifications": (), "accessories": ()} | changed)
