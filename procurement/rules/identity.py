"""Numbers that name an article all over the world, or with one maker: EAN, GTIN, article numbers."""

import re
from collections.abc import Iterator

from procurement.rules.demand import DemandLine

GTIN = re.compile(r"(?<!\d)(\d{8}|\d{12,14})(?!\d)")
SHORTEST_NUMBER = 5
EAN, NUMBER, BARE = "ean", "number", "bare number"
Identity = tuple[str, str]


def identities_of(line: DemandLine) -> frozenset[Identity]:
    """Return the numbers that a line names its article by."""
    return frozenset([*_eans(line), *_numbers(line)])


def _eans(line: DemandLine) -> Iterator[Identity]:
    digits = re.sub(r"[ .-]", "", line.ean or "").removesuffix(",0")
    if digits.isdecimal() and GTIN.fullmatch(digits):
        yield EAN, digits.lstrip("0")
    for found in GTIN.findall(line.full_text):
        if _is_gtin(found):
            yield EAN, found.lstrip("0")


def _is_gtin(digits: str) -> bool:
    """Check the last digit of a GTIN; other long numbers in a text are no GTIN."""
    weighed = sum(int(digit) * (3 if index % 2 == 0 else 1) for index, digit in enumerate(reversed(digits[:-1])))
    return len(digits) > 8 and (10 - weighed % 10) % 10 == int(digits[-1])


def _numbers(line: DemandLine) -> Iterator[Identity]:
    for written in re.split(r"[,;/\s]+", line.article_number or ""):
        number = re.sub(r"[^a-z0-9]", "", written.lower())
        if len(number) >= SHORTEST_NUMBER and any(map(str.isdecimal, number)):
            yield NUMBER, number.lstrip("0")
