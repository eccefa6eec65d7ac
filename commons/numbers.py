"""Numbers as people write them, read by a strict grammar that never guesses and never loses a sign; pure."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

from commons.errors import RuleBroken
from commons.words import say

SPACES = "\u00a0\u202f\u2009\u2007 \t"
MINUS = "-−–"
MOST_DIGITS = 30
DATE = re.compile(r"\d{1,2}\.\d{1,2}\.(?:\d{2}|\d{4})?|\d{4}-\d{2}-\d{2}(?:[T ][\d:]+)?")


class NumberLanguage(StrEnum):
    """In which habit a file writes its numbers."""

    GERMAN = "de"
    ENGLISH = "en"


class AmbiguousNumber(RuleBroken):
    """A number that can be read in two ways is asked about, never chosen silently."""

    def __init__(self, text: str, readings: Sequence[Decimal]) -> None:
        choices = _alternatives(readings)
        super().__init__(say("„%(written)s“ ist nicht eindeutig. Bitte geben Sie an, ob %(choices)s gemeint ist.", written=text, choices=choices))
        self.text, self.readings = text, tuple(readings)


class ForeignNumber(RuleBroken):
    """A number in the habit of another language is refused, because its separators mean the opposite."""

    def __init__(self, text: str) -> None:
        super().__init__(say("„%(written)s“ hat Punkt und Komma vertauscht. Bitte schreiben Sie zum Beispiel 1.234,56.", written=text))
        self.text = text


class NotANumber(RuleBroken):
    """A text that is no number is not turned into one."""

    def __init__(self, text: str) -> None:
        if DATE.fullmatch(text.strip()):
            super().__init__(say("„%(written)s“ ist ein Datum und keine Zahl. Bitte tragen Sie die Zahl ein.", written=text))
        else:
            super().__init__(say("„%(written)s“ ist keine Zahl.", written=text))
        self.text = text


def _alternatives(readings: Sequence[Decimal]) -> str:
    return " oder ".join(plain(reading).replace(".", ",") for reading in readings)


_SIGN = rf"(?P<sign>[{MINUS}+]?)"
_GROUPED = {
    NumberLanguage.GERMAN: re.compile(rf"{_SIGN}(?P<whole>\d{{1,3}}(?:\.\d{{3}})+|\d{{1,3}}(?:[ ']\d{{3}})+|\d+)?(?:,(?P<rest>\d+|-{{1,2}}|—)?)?"),
    NumberLanguage.ENGLISH: re.compile(rf"{_SIGN}(?P<whole>\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}(?:[ ']\d{{3}})+|\d+)?(?:\.(?P<rest>\d+|-{{1,2}}|—)?)?"),
}
_ONE_GROUP = {NumberLanguage.GERMAN: re.compile(r"[1-9]\d{0,2}\.\d{3}"), NumberLanguage.ENGLISH: re.compile(r"[1-9]\d{0,2},\d{3}")}
_FOREIGN = {
    NumberLanguage.GERMAN: re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}"),
    NumberLanguage.ENGLISH: re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}"),
}
_OTHER_POINT = {NumberLanguage.GERMAN: re.compile(r"\d*\.\d+"), NumberLanguage.ENGLISH: re.compile(r"\d*,\d+")}


def read_number(text: str, *, language: NumberLanguage = NumberLanguage.GERMAN) -> Decimal:
    """Read one number, or raise with the readings that a person must choose from."""
    tidy = _tidied(text)
    bare = tidy.lstrip(MINUS + "+")
    if _ONE_GROUP[language].fullmatch(bare) and language is NumberLanguage.GERMAN:
        sign = -1 if tidy[0] in MINUS else 1
        raise AmbiguousNumber(text.strip(), (sign * Decimal(bare.replace(".", "")), sign * Decimal(bare)))
    if _FOREIGN[language].fullmatch(bare):
        raise ForeignNumber(text.strip())
    if _OTHER_POINT[language].fullmatch(bare) and not (language is NumberLanguage.ENGLISH and _ONE_GROUP[language].fullmatch(bare)):
        raise AmbiguousNumber(text.strip(), (Decimal(tidy.replace(",", ".").translate(str.maketrans("−–", "--"))),))
    return _by_grammar(tidy, text, language)


def _tidied(text: str) -> str:
    tidy = re.sub(f"[{SPACES}]+", " ", text).strip()
    trailing = re.fullmatch(r"([\d.,' ]*\d)-", tidy)  # bookkeeping: 5,00- is minus five
    return f"-{trailing[1]}" if trailing else re.sub(f"^([{MINUS}+]) ", r"\1", tidy)


def _by_grammar(tidy: str, text: str, language: NumberLanguage) -> Decimal:
    found = _GROUPED[language].fullmatch(tidy)
    if not found or not (found["whole"] or (found["rest"] or "").isdecimal()) or len(tidy) > MOST_DIGITS:
        raise NotANumber(text.strip())
    whole = re.sub(r"\D", "", found["whole"] or "0")
    rest = found["rest"] if (found["rest"] or "").isdecimal() else "0"
    value = Decimal(f"{whole}.{rest}")
    value = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    return -value if found["sign"] and found["sign"] in MINUS else value


def plain(value: Decimal | Fraction, *, places: int = 12) -> str:
    """Write a value as a decimal string with a point and without needless zeros; what has no finite form is rounded to `places`."""
    exact = value if isinstance(value, Decimal) else as_decimal(value, places=places)
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def as_decimal(value: Fraction, *, places: int = 12) -> Decimal:
    """Turn a ratio into a decimal, rounded half up where it does not end."""
    scaled = value * 10**places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    whole += 2 * rest >= scaled.denominator
    return Decimal((scaled < 0, tuple(map(int, str(whole))), -places))  # arithmetic would round to 28 digits


def rounded(value: Decimal | Fraction, places: int) -> Decimal:
    """Round half up to the given places, as merchants do."""
    exact = value if isinstance(value, Decimal) else as_decimal(value, places=places)
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
