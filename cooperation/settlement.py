"""Charges between municipalities: posted once, never changed, corrected by a counter-entry."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from commons import clock, journal
from commons.database import db
from commons.errors import NotFound, RuleBroken
from commons.municipalities import get_organisation
from commons.people import Actor
from commons.words import say
from cooperation.models import Charge


class OwnCharge(RuleBroken):
    """A municipality owes itself nothing."""

    def __init__(self) -> None:
        super().__init__(say("Eine Gemeinde kann sich selbst nichts in Rechnung stellen."), field="debtor")


class ForeignOrganisation(RuleBroken):
    """Who lent belongs to the creditor, who borrowed to the debtor."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Der Bauhof oder die Feuerwehr gehört nicht zu dieser Gemeinde."), field=field)


class AlreadyReversed(RuleBroken):
    """A charge is reversed once."""

    status = 409

    def __init__(self, charge: Charge) -> None:
        super().__init__(say("Der Leistungsnachweis %(number)s ist schon storniert.", number=charge.id))
        self.charge = charge


def post_charge(
    measure_id: int,
    *,
    creditor_id: int,
    debtor_id: int,
    amount: Decimal,
    used_on: date,
    text: str,
    subject: tuple[str, int],
    by: Actor,
    lent_by: int | None = None,
    borrowed_by: int | None = None,
) -> Charge:
    """Note what one municipality owes another for a use; `lent_by` and `borrowed_by` are the yards or brigades whose heads see it."""
    if creditor_id == debtor_id:
        raise OwnCharge
    _check_belongs(lent_by, creditor_id, field="lent_by")
    _check_belongs(borrowed_by, debtor_id, field="borrowed_by")
    charge = Charge(measure_id=measure_id, creditor_id=creditor_id, debtor_id=debtor_id, amount=amount, used_on=used_on, text=text)
    charge.subject_kind, charge.subject_id = subject
    charge.creditor_organisation_id, charge.debtor_organisation_id = lent_by, borrowed_by
    return _post(charge, act="charge.posted", by=by)


def _check_belongs(organisation_id: int | None, municipality_id: int, *, field: str) -> None:
    if organisation_id is not None and get_organisation(organisation_id).municipality_id != municipality_id:
        raise ForeignOrganisation(field)


def reverse_charge(charge_id: int, *, reason: str, by: Actor) -> Charge:
    """Take back by a counter-entry what the own municipality charged; who owes it cannot."""
    charge = _lock(charge_id, by)
    if db.session.scalar(select(Charge.id).where(Charge.reverses_id == charge.id)) is not None:
        raise AlreadyReversed(charge)
    counter = Charge(measure_id=charge.measure_id, creditor_id=charge.creditor_id, debtor_id=charge.debtor_id, amount=-charge.amount, text=reason)
    counter.used_on, counter.subject_kind, counter.subject_id, counter.reverses_id = charge.used_on, charge.subject_kind, charge.subject_id, charge.id
    counter.creditor_organisation_id, counter.debtor_organisation_id = charge.creditor_organisation_id, charge.debtor_organisation_id
    return _post(counter, act="charge.reversed", by=by)


def _lock(charge_id: int, by: Actor) -> Charge:
    query = select(Charge).where(Charge.id == charge_id, Charge.creditor_id == by.municipality_id)
    charge = db.session.scalar(query.with_for_update(of=Charge))
    if charge is None:
        raise NotFound
    return charge


def _post(charge: Charge, *, act: str, by: Actor) -> Charge:
    charge.posted_at, charge.posted_by_id = clock.now(), by.person_id
    db.session.add(charge)
    db.session.flush()
    after = {"amount": str(charge.amount), "creditor": charge.creditor_id, "debtor": charge.debtor_id, "text": charge.text, "reverses": charge.reverses_id}
    journal.record(act, subject=("charge", charge.id), by=by, after=after, municipalities=[charge.creditor_id, charge.debtor_id])
    return charge
