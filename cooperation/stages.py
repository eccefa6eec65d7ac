"""Every stage of a cooperation measure and the lawful steps between them, in one table."""

from enum import StrEnum

from commons.stages import check_step
from commons.words import Message, say


class Stage(StrEnum):
    """Name how far a measure has come."""

    IDEA = "idea"
    EXAMINED = "examined"
    DESCRIBED = "described"
    RECOMMENDED = "recommended"
    IN_PROGRESS = "in_progress"
    RUNNING = "running"
    ENDED = "ended"
    REJECTED = "rejected"


class Horizon(StrEnum):
    """Name when a measure can bear fruit."""

    SHORT = "short"
    MEDIUM = "medium"
    LONG = "long"


class Origin(StrEnum):
    """Say where the title of a measure comes from, so that samples are not taken for facts."""

    REAL = "real"
    COMPARABLE = "comparable"
    INVENTED = "invented"
    PROPOSED = "proposed"


class Ground(StrEnum):
    """Name what lets a municipality take part."""

    RESOLUTION = "resolution"
    MAYOR_TRIAL = "mayor_trial"


class Vote(StrEnum):
    """Name how a council voted in the assembly."""

    YES = "yes"
    NO = "no"
    ABSTAINED = "abstained"


class EffectKind(StrEnum):
    """Name what a measure brings or costs."""

    COST = "cost"
    HOURS_USED = "hours_used"
    ORDERS = "orders"
    SAVING = "saving"


class Nature(StrEnum):
    """Say whether an effect was planned or has been achieved."""

    PLANNED = "planned"
    ACHIEVED = "achieved"


STAGE_NAMES: dict[Stage, Message] = {
    Stage.IDEA: say("Idee"),
    Stage.EXAMINED: say("geprüft"),
    Stage.DESCRIBED: say("beschrieben"),
    Stage.RECOMMENDED: say("empfohlen"),
    Stage.IN_PROGRESS: say("in Umsetzung"),
    Stage.RUNNING: say("laufend"),
    Stage.ENDED: say("beendet"),
    Stage.REJECTED: say("abgelehnt"),
}
STAGE_KINDS: dict[Stage, str] = {
    Stage.IDEA: "info",
    Stage.EXAMINED: "info",
    Stage.DESCRIBED: "info",
    Stage.RECOMMENDED: "warning",
    Stage.IN_PROGRESS: "success",
    Stage.RUNNING: "success",
    Stage.ENDED: "info",
    Stage.REJECTED: "danger",
}
HORIZON_NAMES: dict[Horizon, Message] = {Horizon.SHORT: say("kurzfristig"), Horizon.MEDIUM: say("mittelfristig"), Horizon.LONG: say("langfristig")}
ORIGIN_NAMES: dict[Origin, Message] = {
    Origin.REAL: say("Titel aus dem Projektbericht"),
    Origin.COMPARABLE: say("Titel aus einer vergleichbaren Zusammenarbeit"),
    Origin.INVENTED: say("Titel als Beispiel erfunden"),
    Origin.PROPOSED: say("Im Verbund vorgeschlagen"),
}
GROUND_NAMES: dict[Ground, Message] = {Ground.RESOLUTION: say("Beschluss des Rates"), Ground.MAYOR_TRIAL: say("Erprobung durch das Bürgermeisteramt")}
VOTE_NAMES: dict[Vote, Message] = {Vote.YES: say("dafür"), Vote.NO: say("dagegen"), Vote.ABSTAINED: say("enthalten")}
EFFECT_NAMES: dict[EffectKind, Message] = {
    EffectKind.COST: say("Kosten"),
    EffectKind.HOURS_USED: say("Genutzte Stunden"),
    EffectKind.ORDERS: say("Abrufe"),
    EffectKind.SAVING: say("Ersparnis"),
}

S = Stage
STEPS: dict[Stage, tuple[Stage, ...]] = {
    S.IDEA: (S.EXAMINED, S.REJECTED),
    S.EXAMINED: (S.DESCRIBED, S.REJECTED),
    S.DESCRIBED: (S.RECOMMENDED, S.REJECTED),
    S.RECOMMENDED: (S.IN_PROGRESS, S.DESCRIBED, S.REJECTED),
    S.IN_PROGRESS: (S.RUNNING, S.ENDED),
    S.RUNNING: (S.ENDED,),
    S.ENDED: (S.EXAMINED,),
    S.REJECTED: (S.EXAMINED,),
}
# The way a measure normally goes; the page shows how far it has come.
WAY: tuple[Stage, ...] = (S.IDEA, S.EXAMINED, S.DESCRIBED, S.RECOMMENDED, S.IN_PROGRESS, S.RUNNING)
# A municipality may take part as long as the measure is neither a mere idea nor over.
OPEN_TO_JOIN: frozenset[Stage] = frozenset({S.EXAMINED, S.DESCRIBED, S.RECOMMENDED, S.IN_PROGRESS, S.RUNNING})


def check_measure_step(before: Stage, after: Stage) -> None:
    """Refuse a step that the table does not hold."""
    check_step(before, after, steps=STEPS, names=STAGE_NAMES)
