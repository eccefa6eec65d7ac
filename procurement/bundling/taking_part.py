"""Who may lead and buy in a bundle: by a council's resolution, or on a mayor's trial up to the amount of the own statute."""

from decimal import Decimal

from commons.errors import RuleBroken
from commons.words import german_number, say
from cooperation.models import MeasureParticipation
from cooperation.stages import Ground
from procurement.models import Bundle
from procurement.queries.estimates import shares_of
from procurement.queries.handovers import participations


class NotTakingPart(RuleBroken):
    """Only a municipality that takes part in the measure leads or buys."""

    def __init__(self, name: str, *, field: str | None = None) -> None:
        super().__init__(
            say("%(town)s nimmt an der Maßnahme nicht teil und kann nicht führen. Erklären Sie zuerst die Teilnahme an der Maßnahme.", town=name), field=field
        )


class BuyerLeft(RuleBroken):
    """Whoever takes no part in the measure, by its council's resolution or on a mayor's trial in force, buys nothing in it."""

    status = 409

    def __init__(self, names: list[str]) -> None:
        shown = ", ".join(names)
        super().__init__(say("Diese Gemeinden nehmen an der Maßnahme nicht mehr teil: %(towns)s. Bitte nehmen Sie ihre Meldungen heraus.", towns=shown))
        self.names = names


class TrialAboveLimit(RuleBroken):
    """A mayor's trial goes up to what the own statute leaves to the mayor; above it the council decides."""

    status = 409

    def __init__(self, name: str, *, share: Decimal, most: Decimal) -> None:
        super().__init__(
            say(
                "%(town)s nimmt auf Erprobung teil: Bis %(most)s € entscheidet dort das Bürgermeisteramt, der Anteil beträgt %(share)s €. "
                "Nötig ist ein Ratsbeschluss, oder Sie nehmen Meldungen dieser Gemeinde heraus.",
                town=name,
                most=german_number(most, 2),
                share=german_number(share, 2),
            )
        )
        self.share, self.most = share, most


class TrialWithoutLimit(RuleBroken):
    """A mayor's trial names the amount up to which it goes; nobody guesses it."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(
            say("%(town)s nimmt auf Erprobung teil, aber ohne Wertgrenze. Das Bürgermeisteramt muss die Grundlage der Teilnahme neu angeben.", town=name)
        )


def check_take_part(bundle: Bundle) -> None:
    """Refuse a lead or buyers that take no part today, and a trial whose share of the estimated value is above its limit."""
    parts = participations(bundle.measure_id)
    if bundle.lead_municipality_id not in parts:
        raise NotTakingPart(bundle.lead_municipality.name)
    buyers = {taken.request.municipality_id: taken.request.municipality.name for taken in bundle.requests}
    left = {name for number, name in buyers.items() if number not in parts}
    if left:
        raise BuyerLeft(sorted(left))
    trials = [parts[number] for number in sorted(buyers) if parts[number].ground is Ground.MAYOR_TRIAL]
    if trials:
        _check_limits(trials, shares_of(bundle))


def _check_limits(trials: list[MeasureParticipation], shares: dict[int, Decimal]) -> None:
    for part in trials:
        if part.trial_limit is None:
            raise TrialWithoutLimit(part.municipality.name)
        if shares.get(part.municipality_id, Decimal(0)) > part.trial_limit:
            raise TrialAboveLimit(part.municipality.name, share=shares[part.municipality_id], most=part.trial_limit)
