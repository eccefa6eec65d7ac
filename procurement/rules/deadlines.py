"""Deadlines of a procurement: for bids, answers, waiting and binding, with Saxon holidays; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from commons.calendar_days import holiday_name, is_working_day
from commons.errors import RuleBroken
from commons.words import Message, say
from procurement.rules.procedure import Procedure
from procurement.rules.procedure_values import RuleRow, find_row, get_row

SHORTEST_REASON = 20


class DeadlineTooEarly(RuleBroken):
    """Bids need at least the time that the law names, and a reason where it names none."""


class MustMoveDeadline(RuleBroken):
    """An essential change, or an answer shortly before the deadline, moves the deadline (§ 20 (3) VgV, below the threshold by analogy)."""

    def __init__(self, until: date) -> None:
        super().__init__(say("Diese Änderung ist wesentlich. Bitte legen Sie die Angebotsfrist nach dem %(until)s fest.", until=until), field="deadline")
        self.until = until


@dataclass(frozen=True, kw_only=True)
class BidPeriod:
    """The first day on which the deadline may lie, the proposed day, and why; `needs_reason` where the law names no number."""

    earliest: date
    proposed: date
    needs_reason: bool
    reasons: tuple[Message, ...]
    row: RuleRow | None = None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """The days between the information of losers and the contract; `cautious` also lets a last day on a free day pass to the next working day."""

    first_day: date
    last_day: date
    earliest_contract: date
    cautious: date


def is_late(received: datetime, *, deadline: datetime) -> bool:
    """Tell whether a bid is late: on time is all that is complete up to and including the second of the deadline."""
    return received.replace(microsecond=0) > deadline


def next_working_day(day: date) -> date:
    """Return the day itself, or the next that is neither weekend nor Saxon holiday."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def bid_period(
    procedure: Procedure,
    *,
    sent_on: date,
    rows: Sequence[RuleRow],
    electronic: bool = True,
    urgent: bool = False,
    habit_days: int = 21,
    regime: str = "sn-vol-a",
) -> BidPeriod:
    """Propose the deadline for bids, counted from the day after the notice is sent; the shortenings do not add up."""
    if procedure is Procedure.EU:
        key = "bid_period_open_urgent_days" if urgent else "bid_period_open_electronic_days" if electronic else "bid_period_open_days"
        row: RuleRow | None = get_row(rows, "eu", key, sent_on)
    else:
        row = find_row(rows, regime, "bid_period_min_days", sent_on)
    days = int(row.number) if row is not None and row.number is not None else None
    earliest = sent_on + timedelta(days=days or 1)
    proposed = next_working_day(sent_on + timedelta(days=days or habit_days))
    reasons = [
        _counted(days, row)
        if days is not None
        else say("Das Gesetz nennt keine Zahl von Tagen: Die Frist muss ausreichen, und der Grund kommt in den Vermerk.")
    ]
    moved = sent_on + timedelta(days=days or habit_days)
    if moved != proposed:
        reasons.append(say("Der %(day)s ist %(name)s; vorgeschlagen ist der nächste Arbeitstag.", day=moved, name=holiday_name(moved) or say("ein Wochenende")))
    return BidPeriod(earliest=earliest, proposed=proposed, needs_reason=days is None or urgent, reasons=tuple(reasons), row=row)


def _counted(days: int, row: RuleRow | None) -> Message:
    return say("Mindestens %(days)s Tage ab dem Tag nach der Absendung (%(basis)s).", days=days, basis=row.legal_basis if row else "")


def check_bid_period(period: BidPeriod, *, deadline: date, reason: str = "") -> None:
    """Refuse a deadline before the first lawful day, or without the reason that the record needs."""
    if deadline < period.earliest:
        raise DeadlineTooEarly(say("Die Angebotsfrist darf frühestens am %(day)s enden.", day=period.earliest), field="deadline")
    if period.needs_reason and len(reason.strip()) < SHORTEST_REASON:
        raise DeadlineTooEarly(say("Bitte begründen Sie in mindestens einem Satz, warum diese Frist ausreicht."), field="reason")


def is_answer_late(answered_on: date, *, deadline: date, days: int = 6) -> bool:
    """Tell whether an answer comes later than the given days before the deadline, so that the deadline must move."""
    return answered_on > deadline - timedelta(days=days)


def check_moved(*, old: datetime, new: datetime, is_essential: bool) -> None:
    """Refuse to keep the deadline after an essential change."""
    if is_essential and new <= old:
        raise MustMoveDeadline(old.date())


def waiting(sent_on: date, *, days: int) -> Waiting:
    """Count the waiting days from the day after the information was sent; the contract may follow on the day after the last."""
    last = sent_on + timedelta(days=days)
    return Waiting(
        first_day=sent_on + timedelta(days=1),
        last_day=last,
        earliest_contract=last + timedelta(days=1),
        cautious=next_working_day(last) + timedelta(days=1),
    )


def waiting_days(procedure: Procedure, *, day: date, rows: Sequence[RuleRow], electronic: bool = True, regime: str = "sn-vol-a") -> RuleRow:
    """Return how long to wait after informing the losers: § 134 GWB above the threshold, § 8 SächsVergabeG below."""
    if procedure is Procedure.EU:
        return get_row(rows, "eu", "standstill_electronic_days" if electronic else "standstill_days", day)
    return get_row(rows, regime, "information_wait_days", day)


@dataclass(frozen=True, kw_only=True)
class Binding:
    """Until when bidders are bound, the first day that suffices for it, and whose council decides last."""

    until: date
    least: date
    slowest: str
    session: date


def binding_period(opening: date, *, sessions: Mapping[str, date], wait_days: int, reserve_days: int = 7) -> Binding:
    """Cover the slowest council, the waiting days after it and some days for letters; whoever needs no council is not in `sessions`."""
    slowest = max(sorted(sessions), key=lambda name: sessions[name], default="")
    session = max(opening, sessions[slowest]) if slowest else opening
    least = session + timedelta(days=wait_days + 1)
    return Binding(until=next_working_day(least + timedelta(days=reserve_days)), least=least, slowest=slowest, session=session)
