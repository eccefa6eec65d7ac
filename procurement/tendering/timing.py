"""The days of a procurement: whose rules count, until when bids are taken, how long bidders are bound."""

from datetime import date, datetime, timedelta

from commons import clock
from commons.calendar_days import berlin, from_wall, today_of
from commons.errors import RuleBroken
from commons.words import say
from procurement.models import Tender
from procurement.queries.tender_values import profile_of, proposal_for, rule_rows
from procurement.rules.deadlines import BidPeriod, Binding, bid_period, binding_period, check_bid_period, next_working_day, waiting_days
from procurement.rules.procedure import duties
from procurement.rules.procedure_values import NoRow

LATER = timedelta(days=7)


class OtherDay(RuleBroken):
    """The value counts by the rules of the day on which the notice is sent (§ 3 (3) VgV)."""

    def __init__(self, day: date) -> None:
        text = say("Heute gelten andere Werte als am Stichtag %(day)s. Bitte setzen Sie ihn auf heute und entscheiden Sie das Verfahren neu.", day=day)
        super().__init__(text)


class BindingTooShort(RuleBroken):
    """Bidders stay bound until the slowest council has decided and the losers have waited."""

    def __init__(self, found: Binding) -> None:
        text = (
            say("Die Bindefrist muss bis %(least)s reichen: %(town)s entscheidet erst am %(day)s.", least=found.least, town=found.slowest, day=found.session)
            if found.slowest
            else say("Die Bindefrist muss bis %(least)s reichen: Öffnung und Wartefrist liegen davor.", least=found.least)
        )
        super().__init__(text, field="binding_until")


def period_for(tender: Tender) -> BidPeriod | None:
    """Propose the deadline for bids if the notice went out today; None before the procedure is decided."""
    if tender.procedure is None:
        return None
    return bid_period(tender.procedure, sent_on=today_of(clock.now()), rows=rule_rows(), regime=tender.regime)


def later_deadline(tender: Tender) -> datetime | None:
    """Propose a deadline for bids a week later, at the same hour of a working day; None where there is none yet."""
    if tender.deadline is None:
        return None
    wall = berlin(max(tender.deadline, clock.now()))
    return from_wall(next_working_day(wall.date() + LATER), wall.time().replace(second=0, microsecond=0))


def binding_for(tender: Tender, opening: date) -> Binding:
    """Propose until when bidders are bound: past the slowest council and the days that losers wait."""
    sessions = {buyer.municipality.name: buyer.council_session for buyer in tender.buyers if buyer.council_session is not None and buyer.withdrawn_at is None}
    return binding_period(opening, sessions=sessions, wait_days=_wait_days(tender))


def _wait_days(tender: Tender) -> int:
    if tender.procedure is None or tender.estimated_net is None:
        return 0
    rows, day = rule_rows(), tender.begins_on
    due = duties(tender.estimated_net, procedure=tender.procedure, kind=tender.kind, day=day, rows=rows, profile=profile_of(tender))
    if any(duty.key == "pre_award_information_above" and duty.applies is False for duty in due):
        return 0
    try:
        return int(waiting_days(tender.procedure, day=day, rows=rows, regime=tender.regime).number or 0)
    except NoRow:  # whoever informs the losers is told that the value is missing
        return 0


def check_day(tender: Tender) -> None:
    """Refuse to send a notice by values that are no longer, or not yet, in force."""
    if proposal_for(tender, day=today_of(clock.now())).version.rows != proposal_for(tender).version.rows:
        raise OtherDay(tender.begins_on)


def check_dates(tender: Tender) -> None:
    """Refuse a deadline that is missing, over, too early or without its reason."""
    period = period_for(tender)
    if tender.deadline is None or period is None:
        raise RuleBroken(say("Die Angebotsfrist fehlt."), field="deadline")
    if tender.deadline <= clock.now():
        raise RuleBroken(say("Die Angebotsfrist liegt in der Vergangenheit."), field="deadline")
    check_bid_period(period, deadline=today_of(tender.deadline), reason=tender.deadline_reason or "")


def check_binding_period(tender: Tender) -> None:
    """Refuse a binding period that ends before the slowest council decides and the losers have waited."""
    if tender.binding_until is None or tender.deadline is None:
        return
    found = binding_for(tender, today_of(tender.deadline))
    if tender.binding_until < found.least:
        raise BindingTooShort(found)
