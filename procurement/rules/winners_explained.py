"""Why an award is as it is: what each condition costs, the second best, and why not this bidder; pure."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from commons.money import CENT
from commons.words import Message, german_number, joined, say
from procurement.rules.winners_compiled import compiled
from procurement.rules.winners_model import Model
from procurement.rules.winners_search import Found, search
from procurement.rules.winners_solver import Stop
from procurement.rules.winners_tender import LotTender, Outcome, Status

EXPLAIN_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """One answer: about what, the sentence, the total of the other award and its distance; None where there is no other award."""

    kind: str  # "condition" | "second_best" | "bidder" | "unproven"
    about: str
    text: Message
    total: Decimal | None = None
    difference: Decimal | None = None
    proven: bool = True
    awards: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Question:
    kind: str
    about: str
    model: Model
    answer: Callable[[Decimal], Message]  # the sentence for a proven distance
    impossible: Message


def explain(tender: LotTender, outcome: Outcome, *, seconds: float = EXPLAIN_SECONDS, stop: Stop | None = None) -> list[Explanation]:
    """Explain a proven award by proving other ones; each question gets its share of the time."""
    if outcome.status is Status.INFEASIBLE or outcome.total is None:
        return []
    if outcome.status is Status.FEASIBLE:
        return [_unproven(outcome)]
    model = compiled(tender)
    questions = [*_conditions(tender, model), *_second_best(model, outcome), *_bidders(model, outcome)]
    deadline = time.perf_counter() + seconds
    answers = []
    for number, question in enumerate(questions):
        share = (deadline - time.perf_counter()) / (len(questions) - number)
        answers.append(_answer(question, outcome.total, deadline=time.perf_counter() + share, stop=stop))
    return answers


def _unproven(outcome: Outcome) -> Explanation:
    assert outcome.total is not None  # noqa: S101
    assert outcome.bound is not None  # noqa: S101
    distance = outcome.total - outcome.bound
    text = say(
        "In der gegebenen Zeit ist nicht bewiesen, dass dies die Vergabe nach den bekanntgemachten Regeln ist. "
        "Eine andere kann höchstens um %(distance)s € günstiger sein.",
        distance=german_number(distance, 2),
    )
    return Explanation(kind="unproven", about="", text=text, total=outcome.total, difference=distance, proven=False)


def _conditions(tender: LotTender, model: Model) -> list[_Question]:
    questions = []
    if model.lot_limits:
        text = say("Die Begrenzung der Lose je Bieter auf höchstens %(limit)s", limit=tender.rules.max_lots_per_bidder)
        questions.append(_condition("max_lots_per_bidder", text, replace(model, lot_limits={})))
    if model.bidder_limit is not None:
        text = say("Die Begrenzung der Bieter auf höchstens %(limit)s", limit=model.bidder_limit)
        questions.append(_condition("max_bidders", text, replace(model, bidder_limit=None)))
    for bidder in sorted(model.minimums):
        text = say("Der Mindestwert des Bieters „%(bidder)s“", bidder=model.bidders[bidder])
        without = {other: cents for other, cents in model.minimums.items() if other != bidder}
        questions.append(_condition(f"minimum_value {model.bidders[bidder]}", text, replace(model, minimums=without)))
    if model.packages_refused:
        text = say("Dass Pakete nicht zugelassen sind,")
        questions.append(_condition("packages_admitted", text, _with_packages(tender, model)))
    elif any(len(choice.lots) > 1 for choice in model.choices):
        questions.append(_without_packages(model))
    return questions


def _with_packages(tender: LotTender, model: Model) -> Model:
    other = compiled(replace(tender, rules=replace(tender.rules, packages_admitted=True)))
    return replace(other, required=frozenset(index for index, lot in enumerate(other.lots) if lot in model.lots))


def _condition(about: str, name: Message, loosened: Model) -> _Question:
    def answer(difference: Decimal) -> Message:
        if difference == 0:
            return say("%(name)s kostet hier nichts.", name=name)
        return say("%(name)s kostet %(amount)s €.", name=name, amount=german_number(-difference, 2))

    return _Question(kind="condition", about=about, model=loosened, answer=answer, impossible=say("%(name)s kostet hier nichts.", name=name))


def _without_packages(model: Model) -> _Question:
    def answer(difference: Decimal) -> Message:
        return say("Ohne die zugelassenen Pakete wäre die Vergabe um %(amount)s € teurer.", amount=german_number(difference, 2))

    singles = replace(model, choices=tuple(choice for choice in model.choices if len(choice.lots) == 1))
    return _Question(
        kind="condition",
        about="packages_admitted",
        model=singles,
        answer=answer,
        impossible=say("Ohne die zugelassenen Pakete gäbe es keine zulässige Vergabe."),
    )


def _second_best(model: Model, outcome: Outcome) -> list[_Question]:
    if not outcome.awards:
        return []

    def answer(difference: Decimal) -> Message:
        if difference == 0:
            return say("Eine andere Vergabe kostet genau so viel; entschieden haben die Zahl der Bieter und danach die ausgeloste Reihenfolge.")
        return say("Die zweitgünstigste Vergabe an andere Bieter kostet %(amount)s € mehr.", amount=german_number(difference, 2))

    bidders, lots = {name: index for index, name in enumerate(model.bidders)}, {name: index for index, name in enumerate(model.lots)}
    winners = {lots[lot]: bidders[award.bidder] for award in outcome.awards for lot in award.lots}
    only = say("Es gibt keine andere zulässige Vergabe.")
    return [_Question(kind="second_best", about="", model=replace(model, excluded=winners), answer=answer, impossible=only)]


def _bidders(model: Model, outcome: Outcome) -> list[_Question]:
    winners = {award.bidder for award in outcome.awards}
    return [_bidder(model, index, name) for index, name in enumerate(model.bidders) if name not in winners]


def _bidder(model: Model, index: int, name: str) -> _Question:
    def answer(difference: Decimal) -> Message:
        if difference == 0:
            return say(
                "Bieter „%(bidder)s“ erhält kein Los: Eine gleich teure Vergabe mit ihm unterliegt nach der bekanntgemachten Regel für Gleichstände.",
                bidder=name,
            )
        return say(
            "Bieter „%(bidder)s“ erhält kein Los: Die günstigste zulässige Vergabe mit ihm kostet %(amount)s € mehr.",
            bidder=name,
            amount=german_number(difference, 2),
        )

    if any(choice.bidder == index for choice in model.choices):
        impossible = say("Bieter „%(bidder)s“ erhält kein Los: Mit ihm gibt es keine zulässige Vergabe.", bidder=name)
    else:
        impossible = say("Bieter „%(bidder)s“ erhält kein Los: Er hat kein zugelassenes Angebot abgegeben.", bidder=name)
    return _Question(kind="bidder", about=name, model=replace(model, forced=frozenset({index})), answer=answer, impossible=impossible)


def _answer(question: _Question, total: Decimal, *, deadline: float, stop: Stop | None) -> Explanation:
    found = search(question.model, deadline=deadline, stop=stop)
    if found is None:
        return Explanation(kind=question.kind, about=question.about, text=question.impossible)
    proven = found.chosen is not None and (found.proven or found.bound == found.cents)
    amount = (found.cents if proven else found.bound) * CENT
    text = question.answer(amount - total)
    if not proven:
        text = joined([text, say("(Das ist eine Schranke; der genaue Betrag ist in der gegebenen Zeit nicht bewiesen.)")])
    return Explanation(
        kind=question.kind,
        about=question.about,
        text=text,
        total=amount,
        difference=amount - total,
        proven=proven,
        awards=_awards(question.model, found) if proven else (),
    )


def _awards(model: Model, found: Found) -> tuple[tuple[str, tuple[str, ...]], ...]:
    choices = [model.choices[column] for column in found.chosen or ()]
    return tuple((model.bidders[choice.bidder], tuple(model.lots[lot] for lot in choice.lots)) for choice in sorted(choices, key=lambda choice: choice.lots))
