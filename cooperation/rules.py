"""How measures are ranked and when a step is due; pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from commons.errors import RuleBroken
from commons.words import Message, say
from cooperation.stages import Stage, Vote

LEAST_MUNICIPALITIES = 2  # with one alone there is no cooperation


@dataclass(frozen=True, kw_only=True)
class Score:
    """Hold benefit, cost and effort of one rating; 1 is low, 5 is high."""

    benefit: int
    cost: int
    effort: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Hold what the ranking needs of a measure."""

    number: int
    scores: tuple[Score, ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Say where a measure stands in the ranking, and why."""

    number: int
    rank: int
    benefit: Fraction
    cost: Fraction
    effort: Fraction
    reason: Message


class Order(StrEnum):
    """Name what the ranking looks at first."""

    BALANCE = "balance"
    BENEFIT = "benefit"
    COST = "cost"
    EFFORT = "effort"


ORDER_NAMES: dict[Order, Message] = {
    Order.BALANCE: say("Nutzen gegen Kosten und Aufwand"),
    Order.BENEFIT: say("Höchster Nutzen"),
    Order.COST: say("Geringste Kosten"),
    Order.EFFORT: say("Geringster Aufwand"),
}
ORDER_EXPLANATIONS: dict[Order, Message] = {
    Order.BALANCE: say("Doppelter Nutzen minus Kosten minus Aufwand; bei Gleichstand der höhere Nutzen, dann die geringeren Kosten, dann die Nummer."),
    Order.BENEFIT: say("Der höhere Nutzen zuerst; bei Gleichstand die geringeren Kosten, dann der geringere Aufwand, dann die Nummer."),
    Order.COST: say("Die geringeren Kosten zuerst; bei Gleichstand der höhere Nutzen, dann der geringere Aufwand, dann die Nummer."),
    Order.EFFORT: say("Der geringere Aufwand zuerst; bei Gleichstand der höhere Nutzen, dann die geringeren Kosten, dann die Nummer."),
}
Means = tuple[Fraction, Fraction, Fraction]


class ScoreOutOfRange(RuleBroken):
    """A rating is a whole number from 1 to 5."""

    def __init__(self, field: str) -> None:
        super().__init__(say("Bitte bewerten Sie mit einer ganzen Zahl von 1 (gering) bis 5 (hoch)."), field=field)


class NotRecommended(RuleBroken):
    """The assembly recommends a measure when more councils are for it than against it."""

    def __init__(self, *, yes: int, no: int) -> None:
        super().__init__(
            say(
                "Die Verbundsversammlung hat die Maßnahme nicht empfohlen (%(yes)s dafür, %(no)s dagegen). Bitte erfassen Sie die Stimmen der Räte.",
                yes=yes,
                no=no,
            ),
            field="stage",
        )
        self.yes, self.no = yes, no


class TooFewTakePart(RuleBroken):
    """A measure is carried out by at least two municipalities."""

    def __init__(self, count: int) -> None:
        super().__init__(say("Für die Umsetzung müssen mindestens zwei Gemeinden teilnehmen; bisher sind es %(count)s.", count=count), field="stage")
        self.count = count


class TrialOver(RuleBroken):
    """A trial ends after the day it begins."""

    def __init__(self, until: date) -> None:
        super().__init__(say("Das Ende der Erprobung (%(until)s) muss in der Zukunft liegen.", until=until), field="trial_until")
        self.until = until


def check_score(score: Score) -> None:
    """Refuse a rating outside 1 to 5."""
    for field in ("benefit", "cost", "effort"):
        if not 1 <= getattr(score, field) <= 5:
            raise ScoreOutOfRange(field)


def check_recommended(votes: Iterable[Vote]) -> None:
    """Refuse to call a measure recommended that has no majority of the councils' votes."""
    cast = list(votes)
    yes, no = cast.count(Vote.YES), cast.count(Vote.NO)
    if yes <= no:
        raise NotRecommended(yes=yes, no=no)


def check_enough_take_part(count: int) -> None:
    """Refuse to carry out a measure that nobody shares."""
    if count < LEAST_MUNICIPALITIES:
        raise TooFewTakePart(count)


def check_trial(until: date, *, today: date) -> None:
    """Refuse a trial that is over before it begins."""
    if until <= today:
        raise TrialOver(until)


def mean_of(scores: Sequence[Score]) -> Means:
    """Return the exact mean of benefit, cost and effort."""
    count = len(scores)
    return (Fraction(sum(s.benefit for s in scores), count), Fraction(sum(s.cost for s in scores), count), Fraction(sum(s.effort for s in scores), count))


def rank(candidates: Iterable[Candidate], order: Order = Order.BALANCE) -> list[Place]:
    """Rank the rated measures, each with the reason for its place; equal ones share a place, unrated ones have none."""
    rated = [(candidate.number, mean_of(candidate.scores)) for candidate in candidates if candidate.scores]
    rated.sort(key=lambda row: (_key(row[1], order), row[0]))
    places: list[Place] = []
    for position, (number, means) in enumerate(rated, start=1):
        same = places and _key(means, order) == _key((places[-1].benefit, places[-1].cost, places[-1].effort), order)
        places.append(_place(number, means, rank=places[-1].rank if same else position))
    return places


def _key(means: Means, order: Order) -> tuple[Fraction, ...]:
    benefit, cost, effort = means
    return {
        Order.BALANCE: (-balance(means), -benefit, cost),
        Order.BENEFIT: (-benefit, cost, effort),
        Order.COST: (cost, -benefit, effort),
        Order.EFFORT: (effort, -benefit, cost),
    }[order]


def balance(means: Means) -> Fraction:
    """Return twice the benefit less cost and effort: what a measure brings against what it asks."""
    benefit, cost, effort = means
    return 2 * benefit - cost - effort


def _place(number: int, means: Means, *, rank: int) -> Place:
    benefit, cost, effort = means
    reason = say(
        "2 × Nutzen %(benefit)s − Kosten %(cost)s − Aufwand %(effort)s = %(balance)s",
        benefit=shown(benefit),
        cost=shown(cost),
        effort=shown(effort),
        balance=shown(balance(means)),
    )
    return Place(number=number, rank=rank, benefit=benefit, cost=cost, effort=effort, reason=reason)


def shown(value: Fraction) -> str:
    """Write a mean as a whole number, or with one German decimal place."""
    if value.denominator == 1:
        return str(value.numerator).replace("-", "−")
    tenths = (abs(value.numerator) * 20 + value.denominator) // (2 * value.denominator)  # half up
    return f"{'−' if value < 0 else ''}{tenths // 10},{tenths % 10}"


NEXT_STEPS: dict[Stage, Message] = {
    Stage.IDEA: say("Die Arbeitsgruppe prüft die Idee und bewertet Nutzen, Kosten und Aufwand."),
    Stage.EXAMINED: say("Die Maßnahme wird ausführlich beschrieben, damit die Räte sie beurteilen können."),
    Stage.DESCRIBED: say("Die Verbundsversammlung berät; danach werden die Stimmen der Räte erfasst."),
    Stage.RECOMMENDED: say("Jeder Rat beschließt für seine Gemeinde. Die Umsetzung beginnt, wenn mindestens zwei Gemeinden teilnehmen."),
    Stage.IN_PROGRESS: say("Die teilnehmenden Gemeinden setzen um; sobald es Alltag ist, wird die Maßnahme als laufend geführt."),
    Stage.RUNNING: say("Die Wirkung wird laufend mit dem Plan verglichen."),
    Stage.ENDED: say("Kein weiterer Schritt; die Maßnahme kann erneut geprüft werden."),
    Stage.REJECTED: say("Kein weiterer Schritt; die Maßnahme kann erneut geprüft werden."),
}
