"""Preview and book recurring dates; change one, this and the following, or all; no date is dropped silently."""

from booking.series.changing import Reach, approve, cancel, decline, move
from booking.series.previewing import Plan, Planned, Preview, preview
from booking.series.requesting import Choice, NothingChosen, SeriesChanged, SeriesTaken, book

__all__ = [
    "Choice",
    "NothingChosen",
    "Plan",
    "Planned",
    "Preview",
    "Reach",
    "SeriesChanged",
    "SeriesTaken",
    "approve",
    "book",
    "cancel",
    "decline",
    "move",
    "preview",
]
