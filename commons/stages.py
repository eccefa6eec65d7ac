"""What all stages share: the refusal of a step that the table does not hold, and how far a thing has come; pure."""

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from commons.errors import RuleBroken
from commons.words import Message, say

Stage = TypeVar("Stage", bound=StrEnum)


class StepNotLawful(RuleBroken):
    """A thing may only take the steps of its table."""

    status = 409

    def __init__(self, before: Message, after: Message) -> None:
        sentence = say("Der Vorgang hat den Stand „%(before)s“; der Schritt zu „%(after)s“ ist von dort nicht möglich.", before=before, after=after)
        super().__init__(sentence, field="stage")
        self.before, self.after = before, after


def check_step(before: Stage, after: Stage, *, steps: Mapping[Stage, Collection[Stage]], names: Mapping[Stage, Message]) -> None:
    """Refuse a step that the table does not hold."""
    if after not in steps[before]:
        raise StepNotLawful(names[before], names[after])


def way_of(stage: Stage, way: Sequence[Stage], names: Mapping[Stage, Message]) -> list[tuple[Message, str]]:
    """Return the steps of the normal way as done, current or open; off the way only where the thing stands."""
    if stage not in way:
        return [(names[stage], "current")]
    here = way.index(stage)
    return [(names[step], "done" if place < here else "current" if place == here else "open") for place, step in enumerate(way)]
