from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from commons import journal
from commons.database import db, write
from commons.errors import NotFound
from commons.permissions import Role
from cooperation import queries, settlement
from cooperation.settlement import AlreadyReversed, ForeignOrganisation, OwnCharge
from tests.cooperation.builders import make_measure

AMOUNT = Decimal("136.00")


def post(world, by, creditor="koenigsbrueck", debtor="ossling"):
    return write(
        settlement.post_charge,
        make_measure().id,
        creditor_id=world.municipality_id(creditor),
        debtor_id=world.municipality_id(debtor),
        amount=AMOUNT,
        used_on=date(2026, 11, 20),
        text="Kompaktkehrmaschine, 2 Betriebsstunden",
        subject=("booking", 4),
        by=by,
        lent_by=world.organisation_id(f"bauhof-{creditor}"),
        borrowed_by=world.organisation_id(f"bauhof-{debtor}"),
    )


def test_heads_see_what_the_own_yard_lent_or_borrowed(world):
    charge = post(world, world.actor("koenigsbrueck", Role.BUILDING_YARD_HEAD))

    for town in ("koenigsbrueck", "ossling"):
        assert [found.id for found in queries.charges(world.actor(town, Role.BUILDING_YARD_HEAD))] == [charge.id]
        assert queries.charges(world.actor(town, Role.MUNICIPAL_FIRE_CHIEF)) == []


def test_post_charge_refuses_a_yard_of_another_municipality(world):
    with pytest.raises(ForeignOrganisation):
        write(
            settlement.post_charge,
            make_measure().id,
            creditor_id=world.municipality_id("koenigsbrueck"),
            debtor_id=world.municipality_id("ossling"),
            amount=AMOUNT,
            used_on=date(2026, 11, 20),
            text="Kompaktkehrmaschine",
            subject=("booking", 4),
            by=world.actor("koenigsbrueck", Role.CLERK),
            lent_by=world.organisation_id("bauhof-ossling"),
        )


def test_post_charge_shows_to_both_municipalities_and_nobody_else(world):
    charge = post(world, world.actor("koenigsbrueck", Role.BUILDING_YARD_HEAD))

    for town, role in (("koenigsbrueck", Role.CLERK), ("ossling", Role.MAYOR)):
        assert [found.id for found in queries.charges(world.actor(town, role))] == [charge.id]
    assert queries.charges(world.actor("bernsdorf", Role.MAYOR)) == []
    assert queries.charges(world.actor("ossling", Role.YARD_WORKER)) == []
    (entry,) = journal.entries_about("charge", charge.id)
    assert {concern.municipality_id for concern in entry.concerns} == {charge.creditor_id, charge.debtor_id}


def test_post_charge_refuses_a_municipality_that_owes_itself(world):
    with pytest.raises(OwnCharge):
        post(world, world.actor("ossling", Role.CLERK), creditor="ossling")


def test_reverse_charge_makes_a_counter_entry_once(world):
    by = world.actor("koenigsbrueck", Role.CLERK)
    charge = post(world, by)

    counter = write(settlement.reverse_charge, charge.id, reason="Falscher Zählerstand", by=by)
    with pytest.raises(AlreadyReversed):
        write(settlement.reverse_charge, charge.id, reason="Noch einmal", by=by)

    assert (counter.amount, counter.reverses_id) == (-AMOUNT, charge.id)
    assert sum(found.amount for found in queries.charges(by)) == 0


@pytest.mark.parametrize("town", ["bernsdorf", "ossling"], ids=["a_third", "who_owes_it"])
def test_reverse_charge_of_others_is_not_found(world, town):
    charge = post(world, world.actor("koenigsbrueck", Role.CLERK))

    with pytest.raises(NotFound):
        write(settlement.reverse_charge, charge.id, reason="Nein", by=world.actor(town, Role.CLERK))


@pytest.mark.parametrize("statement", ["UPDATE charge SET amount = 1", "DELETE FROM charge"], ids=["change", "delete"])
def test_the_database_itself_keeps_a_charge_as_it_is(world, statement):
    charge = post(world, world.actor("koenigsbrueck", Role.CLERK))

    with pytest.raises(DBAPIError):
        write(lambda: db.session.execute(text(statement)))

    assert db.session.get_one(type(charge), charge.id, populate_existing=True).amount == AMOUNT
