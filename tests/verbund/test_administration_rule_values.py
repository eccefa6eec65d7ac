"""Rule values are confirmed and added, never overwritten."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from commons import rule_values
from commons.clock import today
from commons.database import db
from commons.journal import JournalEntry
from commons.permissions import Role
from commons.rule_values import RuleValue
from tests.world import World, sign_in

PEOPLE = "/verwaltung/personen"


def acts() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(JournalEntry.act).order_by(JournalEntry.id)))


def test_rule_value_is_confirmed_by_the_mayor_and_journalled(client: FlaskClient, world: World) -> None:
    mayor = world.actor("bernsdorf", Role.MAYOR)
    value = db.session.scalars(select(RuleValue).where(RuleValue.confirmed.is_(False))).first()
    sign_in(client, mayor)

    client.post(f"/verwaltung/regelwerte/{value.id}/bestaetigen")

    confirmed = db.session.get_one(RuleValue, value.id, populate_existing=True)
    assert (confirmed.confirmed, confirmed.confirmed_by_id, confirmed.confirmed_on) == (True, mayor.person_id, today())
    assert acts()[-1] == "rule_value.confirmed"


def test_rule_value_is_not_confirmed_by_a_clerk(client_once: FlaskClient, world: World) -> None:
    sign_in(client_once, world.actor("bernsdorf", Role.CLERK))

    assert client_once.post("/verwaltung/regelwerte/1/bestaetigen").status_code == 403
    assert client_once.get("/verwaltung/regelwerte").status_code == 200


def test_rule_value_is_added_beside_the_old_one_and_confirmed_by_a_second_person(client: FlaskClient, world: World) -> None:
    old = db.session.scalars(select(RuleValue).where(RuleValue.key == "negotiated_award_max", RuleValue.applies_to == "supplies")).first()
    sign_in(client, world.actor("bernsdorf", Role.MAYOR))
    data = {"text": "50.000,00", "valid_from": "2027-07-01", "source": "SächsGVBl. 2027, gelesen am 01.06.2027"}

    client.post(f"/verwaltung/regelwerte/{old.id}/neu", data=data)
    twice = client.post(f"/verwaltung/regelwerte/{old.id}/neu", data=data)
    new = rule_values.value_on(old.regime, old.key, date(2027, 7, 1), "supplies")
    own = client.post(f"/verwaltung/regelwerte/{new.id}/bestaetigen", follow_redirects=True)

    assert (str(new.amount), new.confirmed) == ("50000.00", False)
    assert rule_values.value_on(old.regime, old.key, date(2027, 6, 30), "supplies").id == old.id
    assert twice.status_code == 409
    assert "kann ihn nicht selbst bestätigen" in own.get_data(as_text=True)
    sign_in(client, world.actor("ossling", Role.MAYOR))
    client.post(f"/verwaltung/regelwerte/{new.id}/bestaetigen")
    assert db.session.get_one(RuleValue, new.id, populate_existing=True).confirmed


def test_rule_value_that_is_no_number_is_refused_at_its_field(client_once: FlaskClient, world: World) -> None:
    old = db.session.scalars(select(RuleValue).where(RuleValue.key == "negotiated_award_max")).first()
    sign_in(client_once, world.actor("bernsdorf", Role.MAYOR))

    answer = client_once.post(f"/verwaltung/regelwerte/{old.id}/neu", data={"text": "viel", "valid_from": "2027-07-01", "source": "x"})

    assert answer.status_code == 422
