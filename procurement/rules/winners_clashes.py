"""Which announced rules and lots contradict each other: a smallest set, in sentences; pure."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from commons.words import Message, counted, german_number, say
from procurement.rules.winners_model import Model, program
from procurement.rules.winners_solver import has_solution, is_infeasible, run_to, solver

Condition = tuple[str, int]  # kind and index: ("lot", 3), ("limit", 0), ("bidders", 0), ("minimum", 2), ("packages", 0)


class _TimeIsUp(Exception):
    """The search for a smaller set has no time left."""


def clashes_of(model: Model, *, all_choices: Model, deadline: float) -> list[Message]:
    """Name a smallest set of conditions that no award can meet together: without any one of them, an award would exist."""
    conditions = _conditions(model)

    def contradict(kept: Sequence[Condition]) -> bool:
        return _contradict(all_choices, model, kept, deadline)

    try:
        core, smallest = _smallest(conditions, contradict), True
    except _TimeIsUp:
        core, smallest = conditions, False
    return _sentences(model, core, smallest=smallest)


def _conditions(model: Model) -> list[Condition]:
    lots = [("lot", lot) for lot in sorted(model.required)]
    limits = [("limit", bidder) for bidder in sorted(model.lot_limits)]
    minimums = [("minimum", bidder) for bidder in sorted(model.minimums)]
    return [*lots, *limits, *minimums, *([("bidders", 0)] if model.bidder_limit is not None else []), *([("packages", 0)] if model.packages_refused else [])]


def _smallest(conditions: list[Condition], contradict: Callable[[Sequence[Condition]], bool]) -> list[Condition]:
    """Halve and halve again (QuickXplain) until every remaining condition is needed."""

    def needed(background: list[Condition], added: bool, open_: list[Condition]) -> list[Condition]:  # noqa: FBT001
        if added and contradict(background):
            return []
        if len(open_) == 1:
            return open_
        first, second = open_[: len(open_) // 2], open_[len(open_) // 2 :]
        of_second = needed(background + first, bool(first), second)
        of_first = needed(background + of_second, bool(of_second), first)
        return of_first + of_second

    return sorted(needed([], False, conditions), key=conditions.index)  # noqa: FBT003


def _contradict(all_choices: Model, model: Model, kept: Sequence[Condition], deadline: float) -> bool:
    part = _loosened(all_choices, model, kept)
    left = program(part, range(len(part.choices)))
    highs = solver(left.rows, [0] * len(left.costs), seconds=1.0)
    if time.perf_counter() >= deadline:
        raise _TimeIsUp
    run_to(highs, deadline)
    if not is_infeasible(highs) and not has_solution(highs):
        raise _TimeIsUp
    return is_infeasible(highs)


def _loosened(all_choices: Model, model: Model, kept: Sequence[Condition]) -> Model:
    """Return the model with only the kept conditions."""
    kinds = {kind for kind, _index in kept}
    base = model if ("packages", 0) in kept or not model.packages_refused else all_choices
    names = {model.lots[index] for kind, index in kept if kind == "lot"}
    return replace(
        base,
        required=frozenset(index for index, lot in enumerate(base.lots) if lot in names),
        lot_limits={bidder: limit for bidder, limit in model.lot_limits.items() if ("limit", bidder) in kept},
        minimums={bidder: cents for bidder, cents in model.minimums.items() if ("minimum", bidder) in kept},
        bidder_limit=model.bidder_limit if "bidders" in kinds else None,
    )


def _sentences(model: Model, core: Sequence[Condition], *, smallest: bool) -> list[Message]:
    lots = [model.lots[index] for kind, index in core if kind == "lot"]
    intro = (
        say("Diese Bedingungen lassen sich nicht zugleich erfüllen; entfällt eine davon, gibt es eine zulässige Vergabe:")
        if smallest
        else say("Diese Bedingungen lassen sich nicht zugleich erfüllen; in der gegebenen Zeit wurde nicht geprüft, ob schon weniger davon sich widersprechen:")
    )
    sentences = [intro, say("Jedes dieser Lose ist genau einmal zu vergeben, Pakete nur ganz: %(lots)s.", lots=", ".join(lots))] if lots else [intro]
    return sentences + [_sentence(model, kind, index) for kind, index in core if kind != "lot"]


def _sentence(model: Model, kind: str, index: int) -> Message:
    match kind:
        case "limit":
            return _most_lots(model.bidders[index], model.lot_limits[index])
        case "minimum":
            amount = german_number(model.euros(model.minimums[index]), 2)
            return say("Bieter „%(bidder)s“ nimmt keinen Auftrag unter %(amount)s € an.", bidder=model.bidders[index], amount=amount)
        case "bidders":
            return counted(model.bidder_limit or 0, say("Höchstens ein Bieter darf Lose erhalten."), say("Höchstens %(count)s Bieter dürfen Lose erhalten."))
        case _:
            return say("Pakete sind nicht zugelassen.")


def _most_lots(bidder: str, most: int | None) -> Message:
    one, many = (
        say("Bieter „%(bidder)s“ darf höchstens ein Los erhalten.", bidder=bidder),
        say("Bieter „%(bidder)s“ darf höchstens %(count)s Lose erhalten.", bidder=bidder),
    )
    return counted(most or 0, one, many)
