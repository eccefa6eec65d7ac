"""Sentences for people, kept lazy until the edge knows the reader's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True)
class Message:
    """Hold a German sentence and the values that belong into it."""

    text: str
    values: tuple[tuple[str, object], ...] = ()

    def said(self, translate: Callable[[str], str] = str) -> str:
        """Return the sentence in the language of `translate`, with its values filled in."""
        if not self.values:
            return translate(self.text).replace("%%", "%")
        return translate(self.text) % {name: shown(value, translate) for name, value in self.values}

    def __str__(self) -> str:
        return self.said()


def say(text: str, /, **values: object) -> Message:
    """Make a lazy sentence; placeholders are written %(name)s."""
    return Message(text, tuple(values.items()))


def counted(count: int, one: Message, many: Message) -> Message:
    """Say how many in a sentence that fits the number: the first for exactly one; both know it as %(count)s."""
    chosen = one if count == 1 else many
    return Message(chosen.text, (("count", count), *chosen.values))


WEEKDAYS = (say("Mo"), say("Di"), say("Mi"), say("Do"), say("Fr"), say("Sa"), say("So"))
DAY = say("{day:02}.{month:02}.{year:04}")
MOMENT = say("{day}, {clock} Uhr")
MONTHS = (
    say("Jan."), say("Feb."), say("Mrz."), say("Apr."), say("Mai"), say("Jun."),
    say("Jul."), say("Aug."), say("Sep."), say("Okt."), say("Nov."), say("Dez."),
)  # fmt: skip


def joined(messages: list[Message]) -> Message:
    """Join several sentences into one message."""
    values = {f"part{number}": message for number, message in enumerate(messages)}
    return say(" ".join(f"%({name})s" for name in values), **values)


def as_data(message: Message) -> dict[str, object]:
    """Turn a message into plain data that JSON can keep, so that it can be said in another language later."""
    return {"text": message.text, "values": {name: _kept(value) for name, value in message.values}}


def from_data(data: Mapping[str, object]) -> Message:
    """Return the message that `as_data` kept."""
    values = cast(Mapping[str, object], data.get("values") or {})
    return say(str(data["text"]), **{name: _restored(value) for name, value in values.items()})


def _kept(value: object) -> object:
    if isinstance(value, Message):
        return {"message": as_data(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return value if isinstance(value, int) else str(value)


def _restored(value: object) -> object:
    if not isinstance(value, Mapping):
        return value
    kind, content = next(iter(value.items()))
    if kind == "message":
        return from_data(content)
    readers: dict[str, Callable[[str], object]] = {"moment": datetime.fromisoformat, "day": date.fromisoformat, "number": Decimal}
    return readers[kind](content)


def shown(value: object, translate: Callable[[str], str] = str) -> str:
    """Write a value as a German reader expects it."""
    if isinstance(value, Message):
        return value.said(translate)
    if isinstance(value, datetime):
        local = value.astimezone(BERLIN)
        return translate(MOMENT.text).format(day=_shown_day(local, translate), clock=f"{local:%H:%M}")
    if isinstance(value, date):
        return _shown_day(value, translate)
    if isinstance(value, Decimal):
        return german_number(value)
    return str(value)


def _shown_day(value: date, translate: Callable[[str], str]) -> str:
    """Write a day as the reader's language orders it: 27.11.2026, or 27 Nov 2026."""
    return translate(DAY.text).format(day=value.day, month=value.month, year=value.year, name=translate(MONTHS[value.month - 1].text))


def german_number(value: Decimal, places: int | None = None) -> str:
    """Write an exact number with decimal comma and thousands points, without needless zeros."""
    if places is None:
        text = f"{value:,f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        text = f"{value:,.{places}f}"
    return text.translate(str.maketrans(",.", ".,"))
