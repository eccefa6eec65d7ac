from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.rules.bid_check import Basis, BidLine, BidTerms, Position, Weight, check_bid

D = Decimal
PAPER = Position(number="1.1", text="Kopierpapier A4, 80 g/m²", quantity=D(12500), unit="RM")


def make_line(**overrides) -> BidLine:
    values = {"number": "1.1", "text": PAPER.text, "quantity": PAPER.quantity, "unit": "RM", "unit_price": D("0.0399"), "fingerprint": PAPER.fingerprint}
    return BidLine(**{**values, **overrides})


def weights(checked):
    return [(finding.weight, finding.position) for finding in checked.findings]


def test_clean_bid_has_no_findings():
    checked = check_bid([PAPER], [make_line(stated_total=D("498.75"))], stated_sum=D("498.75"))

    assert (weights(checked), checked.net, checked.is_excluded) == ([], D("498.75"), False)


def test_unit_price_rules_and_both_totals_are_shown():
    checked = check_bid([PAPER], [make_line(stated_total=D("489.75"))], stated_sum=D("489.75"))

    assert weights(checked) == [(Weight.NOTE, "1.1"), (Weight.NOTE, "")]
    assert (checked.lines[0].line.stated_total, checked.lines[0].computed_total) == (D("489.75"), D("498.75"))
    assert "489,75" in str(checked.findings[0].text)
    assert "498,75" in str(checked.findings[0].text)


@pytest.mark.parametrize("price", ["0.0000", "-1.0000", "0.00001"], ids=["zero", "negative", "five_places"])
def test_strange_price_is_asked(price):
    checked = check_bid([PAPER], [make_line(unit_price=D(price))])

    assert weights(checked) == [(Weight.ASK, "1.1")]
    assert not checked.is_excluded


@pytest.mark.parametrize(("essential", "weight"), [(True, Weight.EXCLUDE), (False, Weight.ASK)])
@pytest.mark.parametrize("lines", [[], [make_line(unit_price=None)]], ids=["row_missing", "price_missing"])
def test_missing_price_excludes_where_it_is_essential(lines, essential, weight):
    checked = check_bid([replace(PAPER, is_essential=essential)], lines)

    assert weights(checked) == [(weight, "1.1")]


@pytest.mark.parametrize(
    "line",
    [make_line(quantity=D(12000)), make_line(text="Kopierpapier A3"), make_line(unit="LEF"), make_line(fingerprint="0" * 16)],
    ids=["quantity", "text", "unit", "print"],
)
def test_changed_row_excludes(line):
    assert weights(check_bid([PAPER], [line])) == [(Weight.EXCLUDE, "1.1")]


def test_row_that_nobody_asked_for_excludes():
    assert weights(check_bid([PAPER], [make_line(), make_line(number="9.9")])) == [(Weight.EXCLUDE, "9.9")]


def test_position_twice_excludes():
    assert weights(check_bid([PAPER], [make_line(), make_line()])) == [(Weight.EXCLUDE, "1.1")]


def test_quantity_written_otherwise_is_no_change():
    assert weights(check_bid([PAPER], [make_line(quantity=D("12500.000"), text=" Kopierpapier  A4, 80 g/m²")])) == []


def test_bids_of_different_rates_are_compared_on_one_basis():
    trader = check_bid([PAPER], [make_line(unit_price=D("1.0000"), vat_percent=D(19))])
    small = check_bid([PAPER], [make_line(unit_price=D("1.1000"), vat_percent=D(0))])

    assert (trader.compared(Basis.NET), small.compared(Basis.NET)) == (D("12500.00"), D("13750.00"))
    assert (trader.compared(Basis.GROSS), small.compared(Basis.GROSS)) == (D("14875.00"), D("13750.00"))


@pytest.mark.parametrize(
    ("terms", "skonto_counts", "net", "notes"),
    [
        (BidTerms(discount_percent=D(2)), False, "488.78", 0),
        (BidTerms(discount_percent=D(2), is_discount_in_place=False), False, "498.75", 1),
        (BidTerms(skonto_percent=D(3)), False, "498.75", 1),
        (BidTerms(skonto_percent=D(3)), True, "483.79", 0),
    ],
    ids=["discount", "discount_elsewhere", "skonto", "skonto_announced"],
)
def test_only_what_was_announced_lowers_the_price(terms, skonto_counts, net, notes):
    checked = check_bid([PAPER], [make_line()], terms=terms, skonto_counts=skonto_counts)

    assert (checked.net, len(checked.findings)) == (D(net), notes)
