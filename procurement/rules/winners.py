"""The cheapest admissible award over all lots, proven to the cent; pure."""

import time
from collections.abc import Callable
from dataclasses import replace

from commons.errors import RuleBroken
from commons.money import CENT
from commons.words import say
from procurement.rules.ties import natural
from procurement.rules.winners_check import check_award
from procurement.rules.winners_clashes import clashes_of
from procurement.rules.winners_compiled import bidder_ranks, compiled
from procurement.rules.winners_model import Choice, Model
from procurement.rules.winners_search import Found, search
from procurement.rules.winners_tender import Award, LotTender, Outcome, Status, check_tender, unawarded_lots
from procurement.rules.winners_ties import decide

DEFAULT_SECONDS = 600.0


class NothingFoundInTime(RuleBroken):
    """Where the time ends before any admissible award is found, none is made up."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            say(
                "In %(seconds)s Sekunden wurde keine zulässige Vergabe gefunden und auch kein Widerspruch bewiesen. Bitte geben Sie mehr Zeit.",
                seconds=int(seconds),
            )
        )


def award_lots(tender: LotTender, *, seconds: float = DEFAULT_SECONDS, stop: Callable[[], bool] | None = None) -> Outcome:
    """Find the cheapest admissible award; of equal ones that with fewer bidders, then by the drawn order of the bidders lot by lot."""
    check_tender(tender)
    deadline = time.perf_counter() + seconds
    model = compiled(tender)
    found = search(model, deadline=deadline, stop=stop)
    if found is None:
        return _infeasible(tender, model, deadline)
    if found.chosen is None:
        raise NothingFoundInTime(seconds)
    if found.proven:
        found = decide(model, found, order=bidder_ranks(tender, model), deadline=deadline)
    return outcome_of(tender, model, found)


def outcome_of(tender: LotTender, model: Model, found: Found) -> Outcome:
    """Write the solver's answer in euros, after checking every rule again on exact numbers."""
    assert found.chosen is not None  # noqa: S101
    choices = [model.choices[index] for index in found.chosen]
    outcome = Outcome(
        status=Status.OPTIMAL if found.proven else Status.FEASIBLE,
        total=found.cents * CENT,
        bound=(found.cents if found.proven else found.bound) * CENT,
        awards=tuple(sorted((_award(model, choice) for choice in choices), key=lambda award: natural(award.lots[0]))),
        delivery={(model.bidders[bidder], place): cents * CENT for (bidder, place), cents in sorted(model.charges(choices).items())},
        unawarded=unawarded_lots(tender),
        tied=found.tied,
    )
    check_award(tender, outcome)
    return outcome


def _award(model: Model, choice: Choice) -> Award:
    return Award(bidder=model.bidders[choice.bidder], lots=tuple(model.lots[lot] for lot in choice.lots), price=choice.cents * CENT)


def _infeasible(tender: LotTender, model: Model, deadline: float) -> Outcome:
    clashes = clashes_of(model, all_choices=compiled(_with_packages(tender)), deadline=deadline)
    return Outcome(status=Status.INFEASIBLE, total=None, bound=None, unawarded=unawarded_lots(tender), clashes=tuple(clashes))


def _with_packages(tender: LotTender) -> LotTender:
    return replace(tender, rules=replace(tender.rules, packages_admitted=True))
