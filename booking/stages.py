"""Every stage of a booking and the lawful steps between them, in one table."""

from enum import StrEnum

from commons.errors import RuleBroken
from commons.words import Message, say


class Stage(StrEnum):
    """Name where a booking stands."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    OUT = "out"
    RETURNED = "returned"


LABELS: dict[Stage, Message] = {
    Stage.REQUESTED: say("angefragt"),
    Stage.CONFIRMED: say("bestätigt"),
    Stage.DECLINED: say("abgelehnt"),
    Stage.CANCELLED: say("storniert"),
    Stage.LAPSED: say("verfallen"),
    Stage.OUT: say("ausgegeben"),
    Stage.RETURNED: say("zurückgegeben"),
}

BADGES: dict[Stage, str] = {
    Stage.REQUESTED: "warning",
    Stage.CONFIRMED: "success",
    Stage.DECLINED: "danger",
    Stage.CANCELLED: "danger",
    Stage.LAPSED: "danger",
    Stage.OUT: "info",
    Stage.RETURNED: "info",
}

STEPS: dict[Stage, frozenset[Stage]] = {
    Stage.REQUESTED: frozenset({Stage.CONFIRMED, Stage.DECLINED, Stage.CANCELLED, Stage.LAPSED}),
    # A confirmed booking that its booker moves is asked for again, unless the owner's rule confirms at once.
    Stage.CONFIRMED: frozenset({Stage.REQUESTED, Stage.CANCELLED, Stage.OUT}),
    Stage.OUT: frozenset({Stage.RETURNED}),
    Stage.DECLINED: frozenset(),
    Stage.CANCELLED: frozenset(),
    Stage.LAPSED: frozenset(),
    Stage.RETURNED: frozenset(),
}

OPEN = frozenset({Stage.REQUESTED, Stage.CONFIRMED, Stage.OUT})
MOVABLE = frozenset({Stage.REQUESTED, Stage.CONFIRMED})
EXTENDABLE = OPEN  # what is handed out keeps its beginning, and may stay out longer
GONE = frozenset({Stage.DECLINED, Stage.CANCELLED, Stage.LAPSED})


class StepRefused(RuleBroken):
    """A booking takes only the steps that its stage allows."""

    status = 409

    def __init__(self, stage: Stage) -> None:
        super().__init__(say("Das geht nicht mehr: Die Buchung ist %(stage)s.", stage=LABELS[stage]))
        self.stage = stage


def check_step(stage: Stage, to: Stage) -> None:
    """Refuse a step that the table does not name."""
    if to not in STEPS[stage]:
        raise StepRefused(stage)


def check_open(stage: Stage) -> None:
    """Refuse to change a booking that is over or gone."""
    if stage not in OPEN:
        raise StepRefused(stage)


class OwnerExtends(RuleBroken):
    """What is handed out stays out longer only as its owner says, where the owner wants to be asked."""

    def __init__(self) -> None:
        super().__init__(
            say("Das Gerät ist ausgegeben. Über eine Verlängerung entscheidet der Eigentümer. Bitte rufen Sie an; der Eigentümer trägt sie ein."), field="end"
        )


def check_extendable(stage: Stage) -> None:
    """Refuse to end a booking at another time that is over or gone."""
    if stage not in EXTENDABLE:
        raise StepRefused(stage)


def check_movable(stage: Stage) -> None:
    """Refuse to move a booking that has already begun, ended or gone."""
    if stage not in MOVABLE:
        raise StepRefused(stage)
