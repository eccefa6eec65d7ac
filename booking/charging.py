"""Put a use on the account between two municipalities: what is owed is posted once, and corrected by a counter-entry."""

from decimal import Decimal

from booking.models import Use
from booking.queries.charges import may_charge, standing_charge
from booking.queries.handover import get_use
from commons import letters
from commons.calendar_days import today_of
from commons.database import db
from commons.errors import NotAllowed, NotFound, RuleBroken
from commons.people import Actor, people_with
from commons.permissions import Permission
from commons.words import Message, say
from cooperation import settlement
from cooperation.models import Charge
from cooperation.queries import find_measure


class StillInUse(RuleBroken):
    """What is not back yet cannot be reckoned."""

    def __init__(self) -> None:
        super().__init__(say("Das Gerät ist noch nicht zurück. Die Nutzung wird nach der Rückgabe verrechnet."))


class AlreadyCharged(RuleBroken):
    """A use is on the account once."""

    status = 409

    def __init__(self, number: int) -> None:
        super().__init__(say("Diese Nutzung ist schon verrechnet, mit dem Leistungsnachweis %(number)s.", number=number))


class NothingOwed(RuleBroken):
    """A charge is an amount above nothing; what is free of charge needs none."""

    def __init__(self) -> None:
        super().__init__(say("Bitte geben Sie einen Betrag über 0 Euro an."), field="amount")


class ReasonMissing(RuleBroken):
    """A counter-entry says why."""

    def __init__(self) -> None:
        super().__init__(say("Bitte nennen Sie den Grund der Gegenbuchung."), field="reason")


def charge(use_id: int, amount: Decimal, text: str, *, by: Actor) -> Charge:
    """Note as its owner what the other municipality owes for a use."""
    use = _own(use_id, by)
    if use.back_at is None:
        raise StillInUse
    if amount <= 0:
        raise NothingOwed
    standing = standing_charge(use.id)
    if standing is not None:
        raise AlreadyCharged(standing.id)
    owner = use.resource.owner
    posted = settlement.post_charge(
        _measure_of(use),
        creditor_id=owner.municipality_id,
        debtor_id=use.municipality_id,
        amount=amount,
        used_on=today_of(use.out_at),
        text=text.strip()[:300] or use.resource.name,
        subject=("use", use.id),
        by=by,
        lent_by=owner.id,
        borrowed_by=use.organisation_id,
    )
    _tell(use, say("Leistungsnachweis %(number)s: %(device)s", number=posted.id, device=use.resource.name), posted)
    return posted


def take_back(use_id: int, reason: str, *, by: Actor) -> Charge:
    """Take back what was charged for a use; both entries stay, and it can be charged anew."""
    use = _own(use_id, by)
    if not reason.strip():
        raise ReasonMissing
    standing = standing_charge(use.id)
    if standing is None:
        raise NotFound
    counter = settlement.reverse_charge(standing.id, reason=reason.strip()[:300], by=by)
    _tell(use, say("Storniert: Leistungsnachweis %(number)s, %(device)s", number=standing.id, device=use.resource.name), counter)
    return counter


def _own(use_id: int, by: Actor) -> Use:
    use = get_use(use_id, by)
    db.session.refresh(use, with_for_update={"key_share": True, "of": Use})
    if not may_charge(use, by):
        raise NotAllowed
    return use


def _measure_of(use: Use) -> int:
    measure = find_measure(use.resource.measure_number)
    if measure is None:
        raise NotFound
    return measure.id


def _tell(use: Use, subject: Message, entry: Charge) -> None:
    body = [
        say("%(text)s: %(amount)s Euro netto.", text=entry.text, amount=entry.amount),
        say("Nutzung vom %(start)s bis %(end)s.", start=use.out_at, end=use.back_at),
        say("Stimmt etwas nicht, können Sie auf der Seite der Nutzung widersprechen."),
    ]
    for person in people_with(Permission.CHARGE_READ, [use.organisation_id]):
        letters.post(person.id, subject, body, link=f"/buchung/heute/nutzung/{use.id}", about=("charge", entry.id))
