"""Habits of kinds of goods that decide how they are counted."""

import functools
import re
from enum import StrEnum

from commons.shipped import parts, rows

FOLD = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("ß"): "ss", ord("-"): " ", ord("."): " "}


class Habit(StrEnum):
    """How a kind of goods is counted."""

    ROLL_IS_PIECE = "roll_is_piece"
    CAN_IS_PIECE = "can_is_piece"
    CAN_IS_CONTENT = "can_is_content"
    VOLUME_IS_SIZE = "volume_is_size"
    BAG_ON_ROLL = "bag_on_roll"
    HYGIENE_PAPER = "hygiene_paper"
    OFFICE_PAPER = "office_paper"


@functools.cache
def _patterns() -> dict[Habit, re.Pattern[str]]:
    return {Habit(row["habit"]): re.compile("|".join(map(re.escape, parts(row["words"])))) for row in rows("goods_habits.csv")}


@functools.lru_cache(maxsize=50_000)
def habits_of(text: str) -> frozenset[Habit]:
    """Return the habits that the words of an article tell."""
    folded = " ".join(text.casefold().translate(FOLD).split())
    return frozenset(habit for habit, pattern in _patterns().items() if pattern.search(folded))


GRAMMAGE = re.compile(r"\b\d{2,3} ?g(?:r|ramm)?\b ?(?:/|je|pro)? ?(?:m|qm)?", re.IGNORECASE)


def counts_leaves(text: str) -> bool:
    """Tell whether sheets of this article are leaves of office paper."""
    habits = habits_of(text)
    return Habit.HYGIENE_PAPER not in habits and (bool(GRAMMAGE.search(text)) or Habit.OFFICE_PAPER in habits)
