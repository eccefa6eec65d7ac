from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commons.numbers import AmbiguousNumber, ForeignNumber, NotANumber, NumberLanguage, as_decimal, plain, read_number, rounded

ENGLISH = NumberLanguage.ENGLISH


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234,56", "1234.56"), ("1.234.567", "1234567"), ("1.500,00", "1500"), ("30\u00a0000", "30000"), ("1 000", "1000"), (" 110 ", "110"),
        (",89", "0.89"), ("12,-", "12"), ("12,--", "12"), ("0,333", "0.333"), ("1,234", "1.234"), ("-5,00", "-5"), ("−3", "-3"), ("5,00-", "-5"), ("- 5", "-5"),
        ("+7", "7"), ("007", "7"),
    ],
)  # fmt: skip
def test_read_number_german(text, value):
    assert read_number(text) == Decimal(value)


@pytest.mark.parametrize(("text", "value"), [("1,234.56", "1234.56"), ("1,234", "1234"), ("12.50", "12.5"), ("1.234", "1.234"), (".5", "0.5"), ("-3", "-3")])
def test_read_number_english(text, value):
    assert read_number(text, language=ENGLISH) == Decimal(value)


@pytest.mark.parametrize(("text", "readings"), [("1.234", ("1234", "1.234")), ("-1.234", ("-1234", "-1.234")), ("12.5", ("12.5",)), ("0.125", ("0.125",))])
def test_read_number_asks_what_can_be_read_in_two_ways(text, readings):
    with pytest.raises(AmbiguousNumber) as asked:
        read_number(text)

    assert asked.value.readings == tuple(map(Decimal, readings))


@pytest.mark.parametrize(("text", "language"), [("1,234.56", NumberLanguage.GERMAN), ("1,234,567", NumberLanguage.GERMAN), ("1.234,56", ENGLISH)])
def test_read_number_refuses_the_habit_of_another_language(text, language):
    with pytest.raises(ForeignNumber):
        read_number(text, language=language)


@pytest.mark.parametrize("text", ["", " ", "-", "k. A.", "30 00", "1E5", "1,2,3", "12 Stück", "0x10", "NaN", "∞", "1" * 40])
def test_read_number_refuses_what_is_no_number(text):
    with pytest.raises(NotANumber):
        read_number(text)


@settings(deadline=None)
@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_read_number_reads_back_what_was_written_in_german(value):
    written = f"{value:,.3f}".translate(str.maketrans(",.", ".,"))

    assert read_number(written) == value


@settings(deadline=None)
@given(st.text(max_size=12))
def test_read_number_never_loses_a_sign_nor_fails_otherwise(text):
    try:
        value = read_number(text)
    except (AmbiguousNumber, ForeignNumber, NotANumber):
        return
    assert value == 0 or (value < 0) == any(sign in text for sign in "-−–") or text.strip().endswith((",-", ",--", ",—"))


def test_plain_writes_without_needless_zeros():
    assert plain(Decimal("1200.500")) == "1200.5"
    assert plain(Fraction(2, 3), places=6) == "0.666667"


@settings(deadline=None)
@given(st.fractions())
def test_as_decimal_is_nearest(value):
    assert abs(Fraction(as_decimal(value, places=4)) - value) <= Fraction(1, 20_000)


def test_rounded_is_half_up():
    assert rounded(Decimal("2.345"), 2) == Decimal("2.35")
    assert rounded(Fraction(1, 3), 4) == Decimal("0.3333")
