"""The words in which people say when: German and English; pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """Hold the words and the ways of writing of one language."""

    weekdays: Mapping[str, int]
    months: Mapping[str, int]
    near: Mapping[str, int]
    fillers: frozenset[str]
    until: re.Pattern[str]
    next_week: re.Pattern[str]
    date: re.Pattern[str]
    time: re.Pattern[str]

    @property
    def named_day(self) -> re.Pattern[str]:
        """Find a day that is said by its name; the longer name first."""
        return re.compile(rf"\b(?P<name>{_any_of([*self.near, *self.weekdays])})\b\.?")


def _any_of(words: Mapping[str, int] | list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _numbered(names: str, *, start: int = 0) -> dict[str, int]:
    """Number names that commas part, in order; several words between commas name the same."""
    return {name: number for number, same in enumerate(names.split(", "), start=start) for name in same.split()}


_MONTHS_DE = _numbered("januar, februar, märz, april, mai, juni, juli, august, september, oktober, november, dezember", start=1)
_MONTHS_EN = _numbered(
    "january jan, february feb, march mar, april apr, may, june jun, july jul, august aug, september sep sept, october oct, november nov, december dec", start=1
)
_YEAR = r"(?P<year>20\d\d)"

GERMAN = Vocabulary(
    weekdays=_numbered("montag mo, dienstag di, mittwoch mi, donnerstag do, freitag fr, samstag sonnabend sa, sonntag so"),
    months=_MONTHS_DE,
    near={"heute": 0, "morgen": 1, "übermorgen": 2},
    fillers=frozenset(["von", "vom", "ab", "am", "im", "um", "den", "dem", "der", "die", "das", "ein", "eine", "einen", "ich", "wir", "brauche", "brauchen"])
    | {"bitte", "für", "mit", "nächsten", "nächste", "nächster", "und", "uhr"},
    until=re.compile(r"\bbis\b"),
    next_week=re.compile(r"\bnächste[rn]?\s+woche\b"),
    date=re.compile(rf"\b(?P<day>[0-3]?\d)\.\s?(?:(?P<month>[01]?\d)\.|(?P<name>{_any_of(_MONTHS_DE)})\b)\s?{_YEAR}?"),
    time=re.compile(r"\b(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?\s?(?:uhr|h)\b|\b(?P<hour2>[01]?\d|2[0-4]):(?P<minute2>[0-5]\d)\b"),
)
ENGLISH = Vocabulary(
    weekdays=_numbered("monday mon, tuesday tue tues, wednesday wed, thursday thu thurs, friday fri, saturday sat, sunday sun"),
    months=_MONTHS_EN,
    near={"today": 0, "tomorrow": 1},
    fillers=frozenset(["from", "on", "in", "at", "the", "a", "an", "i", "we", "need", "want", "please", "for", "with", "next", "and", "of"]),
    until=re.compile(r"\b(?:to|until|till)\b"),
    next_week=re.compile(r"\bnext\s+week\b"),
    date=re.compile(
        rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th)?(?:\s(?:of\s)?(?P<name>{_any_of(_MONTHS_EN)})\b|/(?P<month>[01]?\d)\b)(?:[\s/]{_YEAR})?"
        rf"|\b(?P<name2>{_any_of(_MONTHS_EN)})\s(?P<day2>[0-3]?\d)(?:st|nd|rd|th)?\b(?:,?\s(?P<year2>20\d\d))?"
    ),
    time=re.compile(r"\b(?P<hour>1[0-2]|0?[1-9])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<hour2>[01]?\d|2[0-4]):(?P<minute2>[0-5]\d)\b"),
)
LANGUAGES = {"de": GERMAN, "en": ENGLISH}
