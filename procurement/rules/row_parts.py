"""Split a row that asks for several articles at once: „Handschuhe M und L je 5 Pack“, „Toner schwarz/cyan/magenta je 2“."""

import functools
import re
from dataclasses import dataclass

from commons.shipped import parts, rows

EACH = re.compile(
    r"[,;:]?\s*\b(?:je|jeweils)\s+(\d+)\s*(x\b|mal\b)?\s*([A-Za-zÄÖÜäöüß.]*)\s*$|[,;:]?\s*\b(\d+)\s*([A-Za-zÄÖÜäöüß.]*)\s+je(?:weils)?\s*$", re.IGNORECASE
)
EACH_CELL = re.compile(r"\s*(?:je(?:weils)?|à|jeder?)\s+(\d+)|\s*(\d+)\s*(?:x\s*)?je(?:weils)?\b", re.IGNORECASE)
JOIN = r"\s*(?:/|,|;|\+|&|\bund\b|\bu\.|\bsowie\b|\bbzw\.|\boder\b)\s*(?:\bund\b\s*)?"
SIZES = r"(?:XXS|XS|XXXL|XXL|XL|[2-6]XL|S|M|L)"
LETTER_COLOURS = r"(?:BK|C|M|Y|K)"
NUMBERS = r"\d{2}(?:[.,]5)?"
FORMATS = r"(?:DIN\s)?A[0-6]"
SIDES = r"(?:links|rechts)"


@dataclass(frozen=True, slots=True)
class Part:
    """One article of such a row; its quantity may hold its unit and is None where nobody can know it."""

    text: str
    quantity: str | None


@functools.cache
def _lists() -> tuple[re.Pattern[str], ...]:
    """Return the patterns of kinds that are listed: colours, colour letters, sizes, formats, sides."""
    colours = sorted(
        {word.lstrip("+") for row in rows("attribute_words.csv") if row["kind"] == "colour" for word in parts(row["words"])}, key=len, reverse=True
    )
    spelled = "|".join(re.escape(word).replace("ue", "(?:ue|ü)").replace("ss", "(?:ss|ß)") for word in colours)
    kinds = (rf"(?:{spelled})", SIZES, LETTER_COLOURS, FORMATS, SIDES)
    listed = [re.compile(rf"(?<![\w-])({kind}(?:{JOIN}{kind})+)(?![\w-])", re.IGNORECASE if kind not in {SIZES, LETTER_COLOURS} else 0) for kind in kinds]
    return (*listed, re.compile(rf"(?:(?<=Gr\. )|(?<=Größe )|(?<=Größen )|(?<=Gr )|(?<=Groesse ))({NUMBERS}(?:{JOIN}{NUMBERS})+)(?![\w-])"))


def kinds_in(article: str) -> tuple[list[str], tuple[int, int]] | None:
    """Return the kinds that an article lists, and where it lists them."""
    found = min((match for pattern in _lists() if (match := pattern.search(article))), key=lambda match: match.start(), default=None)
    return ([kind.strip() for kind in re.split(JOIN, found[1]) if kind.strip()], found.span(1)) if found else None


def asks_for_several(article: str) -> bool:
    """Tell whether a text says „je 5“ of several kinds that it lists."""
    each = EACH.search(article)
    return bool(each and kinds_in(article[: each.start()]))


def proposed_parts(article: str, quantity: str) -> tuple[Part, ...]:
    """Propose the articles of a row with their quantities; a person confirms them. `quantity` is the cell as it stands."""
    each = EACH.search(article)
    text = (article[: each.start()] if each else article).strip()
    amount = _each(each, quantity)
    listed = kinds_in(text)
    if listed is None:
        return (Part(text, amount),) if amount else ()
    kinds, (start, end) = listed
    if each and amount and not _agrees(quantity, int(amount.split()[0]), len(kinds)):
        amount = None
    return tuple(Part(f"{text[:start]}{kind}{text[end:]}", amount) for kind in kinds) if each or amount else ()


def _each(said: "re.Match[str] | None", quantity: str) -> str | None:
    in_cell = EACH_CELL.match(quantity)
    if in_cell:
        return in_cell[1] or in_cell[2]
    if said is None:
        return None
    number, unit = (said[1], said[3]) if said[1] else (said[4], said[5])
    return f"{number} {unit}".strip()


def _agrees(quantity: str, each: int, kinds: int) -> bool:
    """Tell whether the number of the cell fits so many of each: it counts one kind, or all of them."""
    number = re.fullmatch(r"\s*(\d+)(?:[.,]0+)?\b.*", quantity)
    return number is None or int(number[1]) in {each, each * kinds}
