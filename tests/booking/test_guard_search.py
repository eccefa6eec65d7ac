"""The guard against a plain model: random bookings, moves, closures and holds end alike in both."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from booking import fleet, reserving, waiting
from booking.models import Occupancy
from booking.occupying import Wish
from booking.placing import Details
from booking.queries.audit import excesses
from booking.queries.availability import free_in
from booking.rules.occupancy import Occupied
from commons.clock import stopped_at
from commons.database import db, write
from commons.permissions import Role
from tests.booking.builders import hours, make_kit, make_pool, make_resource
from tests.world import World

NOW = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
CAPACITY = {"plain": 1, "buffered": 1, "pool": 3, "kit": 1}
BUFFER = {"plain": 0, "buffered": 1, "pool": 0, "kit": 0}  # hours before and after
PARTS = {"kit": {"plain": 1, "pool": 2}}
EXAMPLES = settings.default.max_examples if settings.default.max_examples > 1_000 else 8  # type: ignore[union-attr]
SPANS = st.tuples(st.integers(6, 18), st.integers(1, 6)).map(lambda pair: (pair[0], pair[0] + pair[1]))
WISHES = st.dictionaries(st.sampled_from(list(CAPACITY)), st.integers(1, 3), min_size=1, max_size=3)


@dataclass
class Row:
    """Hold of the model what one resource gives to one claim."""

    claim: tuple[str, int]
    name: str
    start: int
    end: int
    quantity: int
    expires: datetime | None = None


class Model:
    """Count hour by hour; nothing is clever here."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def rows_for(self, claim, wishes, span, expires=None) -> list[Row]:
        numbers: dict[str, int] = {}
        for name, number in wishes.items():
            numbers[name] = numbers.get(name, 0) + number
            for part, each in PARTS.get(name, {}).items():
                numbers[part] = numbers.get(part, 0) + number * each
        return [Row(claim, name, span[0] - BUFFER[name], span[1] + BUFFER[name], number, expires) for name, number in numbers.items()]

    def fits(self, wanted: list[Row], at: datetime) -> bool:
        return all(self._fits(row, at) for row in wanted)

    def _fits(self, row: Row, at: datetime) -> bool:
        for hour in range(row.start, row.end):
            there = [other for other in self.taken(row.name, at) if other.start <= hour < other.end]
            if CAPACITY[row.name] == 1 and there:
                return False
            if CAPACITY[row.name] > 1 and sum(other.quantity for other in there) + row.quantity > CAPACITY[row.name]:
                return False
        return True

    def taken(self, name: str, at: datetime) -> list[Row]:
        return [row for row in self.rows if row.name == name and (row.expires is None or row.expires > at)]

    def drop(self, claim) -> None:
        self.rows = [row for row in self.rows if row.claim != claim]


class Guard(RuleBasedStateMachine):
    """Do the same to the wing and to the model."""

    @initialize()
    def begin(self) -> None:
        db.session.rollback()
        world = World()
        self.clerk, self.neighbour, self.head = (world.actor(*who) for who in (("ossling", Role.CLERK), ("neukirch", Role.CLERK), HEAD))
        plain, buffered, pool = make_resource(), make_resource(buffer_before_min=60, buffer_after_min=60), make_pool(3)
        kit = make_kit(plain, pool, quantities=(1, 2))
        self.ids = {"plain": plain.id, "buffered": buffered.id, "pool": pool.id, "kit": kit.id}
        self.model, self.bookings, self.closures, self.at = Model(), {}, [], NOW

    def wished(self, wishes) -> list[Wish]:
        return [Wish(resource_id=self.ids[name], quantity=number) for name, number in wishes.items()]

    def both(self, wanted: list[Row], verb, *arguments, **more):
        """Do it, and see that the wing agrees to what the model agrees to."""
        fits = self.model.fits(wanted, self.at)
        with stopped_at(self.at):
            try:
                done = write(verb, *arguments, **more)
            except Occupied:
                assert not fits
                return None
            except fleet.BookingsAffected:
                assert not fits
                return None
        assert fits
        return done

    @rule(wishes=WISHES, span=SPANS)
    def book(self, wishes, span) -> None:
        wishes = {name: min(number, CAPACITY[name]) for name, number in wishes.items()}
        wanted = self.model.rows_for(("booking", 0), wishes, span)
        done = self.both(wanted, reserving.request_booking, self.wished(wishes), hours(*span), details=Details(purpose="Suche"), by=self.clerk)
        if done is not None:
            self.bookings[done.id] = wishes
            self.model.rows += self.model.rows_for(("booking", done.id), wishes, span)

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
        done = self.both(wanted, reserving.move, booking_id, hours(*span), by=self.clerk)
        self.model.rows = before if done is None else self.model.rows + wanted

    @rule(name=st.sampled_from(list(CAPACITY)), number=st.integers(1, 3), span=SPANS)
    def close(self, name, number, span) -> None:
        number = min(number, CAPACITY[name])
        wanted, before = [Row(("closure", 0), name, *span, number)], self.model.rows
        if CAPACITY[name] == 1:  # closures of a single device may cover each other
            self.model.rows = [row for row in before if row.claim[0] != "closure"]
        done = self.both(wanted, fleet.close, self.ids[name], hours(*span), reason="Suche", quantity=number, by=self.head)
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

    @rule(wishes=WISHES, span=SPANS)
    def hold(self, wishes, span) -> None:
        wishes = {name: min(number, CAPACITY[name]) for name, number in wishes.items()}
        before, until = self.model.rows, self.at + timedelta(minutes=10)
        self.model.drop(("hold", 0))
        wanted = self.model.rows_for(("hold", 0), wishes, span, until)
        done = self.both(wanted, waiting.hold, self.wished(wishes), hours(*span), by=self.neighbour)
        self.model.rows = before if done is None else self.model.rows + wanted

    @rule()
    def wait(self) -> None:
        self.at += timedelta(minutes=6)

    @invariant()
    def nothing_is_taken_twice(self) -> None:
        assert excesses() == []
        db.session.rollback()

    @invariant()
    def what_is_free_is_free_in_both(self) -> None:
        with stopped_at(self.at):
            free = free_in(list(self.ids.values()), hours(10, 14))
        for name, id_ in self.ids.items():
            wanted = self.model.rows_for(("booking", 0), {name: 1}, (10, 14))
            assert free[id_].suffices(1) == self.model.fits(wanted, self.at), name
        db.session.rollback()

    @invariant()
    def table_and_model_hold_the_same_bookings(self) -> None:
        rows = db.session.scalars(select(Occupancy).where(Occupancy.resource_id.in_(list(self.ids.values())), Occupancy.booking_id.is_not(None)))
        names = {id_: name for name, id_ in self.ids.items()}
        stored = {(row.booking_id, names[row.resource_id], row.starts_at, row.ends_at, row.quantity) for row in rows}
        kept = [row for row in self.model.rows if row.claim[0] == "booking"]
        assert stored == {(row.claim[1], row.name, hours(row.start, row.end).start, hours(row.start, row.end).end, row.quantity) for row in kept}
        db.session.rollback()


HEAD = ("bernsdorf", Role.BUILDING_YARD_HEAD)


@pytest.mark.hypothesis
def test_the_guard_and_a_plain_model_agree(app):
    run_state_machine_as_test(
        Guard,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True, database=None
        ),
    )
