"""Say in sentences why two lines belong together, and what speaks against it."""

from collections.abc import Sequence
from decimal import Decimal

from commons.words import Message, say
from procurement.rules.article_text import fold
from procurement.rules.conflicts import NAMES, Conflict
from procurement.rules.features import Item
from procurement.rules.identity import BARE, EAN, NUMBER
from procurement.rules.similarity import Likeness
from procurement.rules.wording import value_written, whole_words, words_written

FAR_APART = 2.0
NUMBERS = {EAN: say("EAN"), NUMBER: say("Artikelnummer"), BARE: say("Artikelnummer")}


def for_pair(first: Item, second: Item, like: Likeness) -> tuple[Message, ...]:
    """Say what two lines have in common."""
    said = [say("Beide nennen dieselbe %(number)s.", number=NUMBERS[like.identity])] if like.identity else []
    words = words_written(like.shared, [first, second])
    if words:
        said.append(say("Gemeinsame Wörter: %(words)s.", words=words))
    said.extend(say("%(name)s: bei beiden %(value)s.", name=NAMES[kind], value=_value(first, second, kind)) for kind in _once(first, second, like.agreed))
    if like.same_unit and first.base == second.base:
        said.append(say("Beide werden in derselben Einheit gemeldet."))
    if first.price and second.price and first.base == second.base and _ratio(first, second) < FAR_APART:
        said.append(say("Die letzten Preise liegen nah beieinander."))
    return tuple(said)


def against_pair(first: Item, second: Item, like: Likeness) -> tuple[Message, ...]:
    """Say what only one of two lines tells, and what differs."""
    said = list[Message]()
    said.extend(_difference(first, second, found) for found in (like.conflict, like.doubt) if found)
    for one, other in ((first, second), (second, first)):
        only = whole_words((word for word in one.words if word not in other.words), one)
        if only:
            said.append(say("Nur in „%(text)s“: %(words)s.", text=one.text, words=only))
    if not like.same_unit:
        said.append(say("Die Einheiten sind ohne ein Verhältnis des Artikels nicht vergleichbar."))
    if first.price and second.price and first.base == second.base and _ratio(first, second) >= FAR_APART:
        said.append(say("Die letzten Preise liegen um das %(times)s-Fache auseinander.", times=Decimal(f"{_ratio(first, second):.1f}")))
    return tuple(said)


def _difference(first: Item, second: Item, found: Conflict) -> Message:
    """Say on what two lines differ, the thing itself in their own words."""
    if "–" in {found.first, found.second}:
        told, value = (second, found.second) if found.first == "–" else (first, found.first)
        return say("Nur „%(text)s“ nennt %(value)s.", text=told.text, value=value_written(found.kind, value))
    if found.kind.startswith("with "):
        return _with_and_without(first, second, found)
    one, other = value_written(found.kind, found.first), value_written(found.kind, found.second)
    if found.kind == "head":
        one = whole_words(found.first.split(", "), first) or one
        other = whole_words(found.second.split(", "), second) or other
    name = NAMES.get(found.kind, say("Ausführung"))
    return say("%(name)s: %(first)s gegen %(second)s.", name=name, first=one, second=other)


def _with_and_without(first: Item, second: Item, found: Conflict) -> Message:
    """Say which line asks for a part and which one for none: an envelope with a window, and one without."""
    with_it, without = (first, second) if found.first == "yes" else (second, first)
    part = next((word for word in with_it.text.replace(",", " ").split() if found.kind.removeprefix("with ") in fold(word).text), "")
    return say("„%(first)s“ ist mit, „%(second)s“ ohne %(part)s.", first=with_it.text, second=without.text, part=part)


def apart_in_list(first: Item, second: Item) -> Message:
    """Say that one sender asks for two lines apart, so that no program joins them."""
    return say("„%(first)s“ und „%(second)s“ stehen in derselben Liste als zwei Zeilen.", first=first.text, second=second.text)


def parted_by(first: Item, second: Item, found: Conflict) -> Message:
    """Say which other line of the groups stands between."""
    return say(
        "In den Gruppen widersprechen sich „%(first)s“ und „%(second)s“. %(why)s", first=first.text, second=second.text, why=_difference(first, second, found)
    )


def _once(first: Item, second: Item, agreed: Sequence[str]) -> list[str]:
    """Leave out a kind that repeats what another has said: the letter of a battery, each side of a sheet."""
    said: set[str] = set()
    kept = []
    for kind in (kind for kind in agreed if kind in NAMES):
        telling = {str(NAMES[kind]), _value(first, second, kind).casefold()}
        if not telling & said:
            kept.append(kind)
            said |= telling
    return kept


def for_cluster(items: Sequence[Item]) -> tuple[Message, ...]:
    """Say what all lines of a cluster have in common."""
    if len(items) < 2:
        return ()
    words = words_written(set.intersection(*(set(item.words) for item in items)), items)
    said = [say("Gemeinsame Wörter: %(words)s.", words=words)] if words else []
    first = items[0]
    for kind, values in first.statements.items():
        if kind in NAMES and all(values & item.statements.get(kind, frozenset()) for item in items[1:]):
            said.append(say("%(name)s: bei allen %(value)s.", name=NAMES[kind], value=", ".join(value_written(kind, value) for value in sorted(values))))
    return tuple(said)


def _value(first: Item, second: Item, kind: str) -> str:
    return ", ".join(value_written(kind, value) for value in sorted(first.statements[kind] & second.statements[kind]))


def _ratio(first: Item, second: Item) -> float:
    low, high = sorted((first.price or 1.0, second.price or 1.0))
    return high / low
