"""Cases 27 to 62 as far as they are rules without a database; each test stands under its number."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from procurement.rules import bid_check, sealing
from procurement.rules.bid_check import BidLine, BidTerms, Position, Weight, check_bid
from procurement.rules.deadlines import MustMoveDeadline, check_moved, is_answer_late, is_late, waiting, waiting_days
from procurement.rules.procedure import Kind, Procedure, propose
from procurement.rules.procedure_changes import modification, stops_publication
from procurement.rules.procedure_estimate import Basis, Per, Source, Summand, estimate
from procurement.rules.procedure_lots import NotSmall, check_exempted, small_lots
from procurement.rules.procedure_values import NoRow, get_row
from procurement.rules.scoring import Announced, Method, Scored, TieStep, rank_bids
from procurement.rules.scoring_compared import depends_on_the_field, swap_warnings
from procurement.rules.scoring_prices import price_gaps, to_clarify
from procurement.rules.sealing_custody import KeyDoesNotFit, Officer, SameAdministration, TooFewHolders, check_holders, combine, contribute, split_key
from procurement.rules.ties import commitment, drawn_order
from procurement.rules.winners import award_lots
from procurement.rules.winners_tender import AwardRules, LotBid, LotTender, Package, Status
from tests.procurement.rules import brute_force
from tests.procurement.rules.shipped_rows import ROWS

D = Decimal
DAY_2026 = date(2026, 11, 27)
DAY_2025 = date(2025, 12, 31)
NOON = datetime(2026, 11, 27, 11, 0, 0, tzinfo=UTC)


def procedure_of(net, day=DAY_2026):
    return propose(D(net), kind=Kind.SUPPLIES, day=day, rows=ROWS)


def make_summand(**overrides) -> Summand:
    return Summand(**{"municipality": "bernsdorf", "amount": D("60000.00"), "source": Source.HISTORY, **overrides})


@pytest.mark.parametrize(
    ("net", "day", "is_eu", "threshold"),
    [
        ("215999.99", DAY_2026, False, 216000),
        ("216000.00", DAY_2026, True, 216000),
        ("216000.01", DAY_2026, True, 216000),
        ("215999.99", DAY_2025, False, 221000),
        ("216000.00", DAY_2025, False, 221000),
        ("216000.01", DAY_2025, False, 221000),
    ],
)
def test_case_27_threshold_of_the_day(net, day, is_eu, threshold):
    proposal = procedure_of(net, day)

    assert (proposal.procedure is Procedure.EU, proposal.version.rows[0].number) == (is_eu, threshold)


def test_case_28_framework_counts_over_its_term():
    assert estimate([make_summand(per=Per.YEAR, months=48, is_framework=True)]).net == D("240000.00")


def test_case_29_similar_lots_are_summed():
    found = estimate([make_summand(amount=D("120000.00"), lot="1"), make_summand(amount=D("100000.00"), lot="2")])

    assert (found.net, procedure_of(found.net).procedure) == (D("220000.00"), Procedure.EU)


def test_case_30_small_lot_is_offered_and_the_sum_is_tracked():
    by_lot = {"A": D(321000), "B": D(79000)}

    offered = small_lots(by_lot, kind=Kind.SUPPLIES, day=DAY_2026, rows=ROWS)
    taken = small_lots(by_lot, exempted=["B"], kind=Kind.SUPPLIES, day=DAY_2026, rows=ROWS)

    assert [lot.lot for lot in offered.lots if lot.is_offered] == ["B"]
    assert (taken.exempted, taken.most) == (D(79000), D(80000))
    check_exempted(taken)
    with pytest.raises(NotSmall):
        check_exempted(small_lots({"A": D(300000), "B": D(79000)}, exempted=["B"], kind=Kind.SUPPLIES, day=DAY_2026, rows=ROWS))


def test_case_30_both_conditions_are_needed():
    """A small lot beyond the share is not offered, and a lot of 80,000 is too large though it would fit into the share."""
    beyond = small_lots({"A": D(300000), "B": D(60000), "C": D(30000)}, exempted=["B"], kind=Kind.SUPPLIES, day=DAY_2026, rows=ROWS)
    large = small_lots({"A": D(600000), "B": D(80000)}, exempted=["B"], kind=Kind.SUPPLIES, day=DAY_2026, rows=ROWS)

    assert [lot.lot for lot in beyond.lots if lot.is_offered] == []
    assert large.exempted <= large.most
    with pytest.raises(NotSmall, match="zu groß"):
        check_exempted(large)


def test_case_32_net_is_used_and_both_are_shown():
    (counted,) = estimate([make_summand(amount=D("257039.99"), basis=Basis.GROSS, vat_percent=D(19))]).summands

    assert (counted.net, counted.gross) == (D("215999.99"), D("257039.99"))
    assert procedure_of(counted.net).procedure is Procedure.OPEN


def test_case_33_missing_row_refuses_to_choose():
    with pytest.raises(NoRow) as refusal:
        procedure_of("1000.00", date(2028, 1, 1))

    assert (refusal.value.key, refusal.value.day) == ("eu_threshold", date(2028, 1, 1))
    assert "01.01.2028" in str(refusal.value)
    assert "eu_threshold" in str(refusal.value)


def test_case_34_essential_change_must_move_the_deadline():
    with pytest.raises(MustMoveDeadline):
        check_moved(old=NOON, new=NOON, is_essential=True)


def test_case_35_withdrawal_recomputes_the_procedure_and_later_changes_add_up():
    assert is_answer_late(date(2026, 11, 25), deadline=NOON.date())
    assert stops_publication(procedure_of("220000.00"), procedure_of("200000.00")) is not None
    assert modification(D("100000.00"), [D("-6000.00"), D("-4000.01")], most_percent=D(10)).is_flagged


@pytest.mark.parametrize(("after", "late"), [(0, False), (1, True)], ids=["12:00:00", "12:00:01"])
def test_case_37_on_time_up_to_and_including_the_second(after, late):
    assert is_late(NOON + timedelta(seconds=after), deadline=NOON) is late


OFFICERS = {"anna": "koenigsbrueck", "bert": "koenigsbrueck", "cora": "bernsdorf", "dirk": "ossling"}
KEYS = {name: sealing.make_keys() for name in OFFICERS}
TENDER = sealing.make_keys()


def holders(names):
    return [Officer(name=name, administration=OFFICERS[name], public=KEYS[name].public) for name in names]


def combined(first, second, names):
    by_name = {officer.name: officer for officer in holders(names)}
    shares = split_key(TENDER.private, tender="T", officers=by_name.values())
    handed = contribute(shares, tender="T", owner=by_name[first], private=KEYS[first].private, officers=by_name.values())
    return combine(shares, handed, tender="T", owner=by_name[second], private=KEYS[second].private, tender_public=TENDER.public)


def test_case_40_two_holders_of_two_administrations():
    names = ["anna", "bert", "cora", "dirk"]

    assert combined("anna", "cora", names) == TENDER.private
    for second in ("anna", "bert"):
        with pytest.raises(SameAdministration):
            combined("anna", second, names)
    check_holders(holders(names))
    with pytest.raises(TooFewHolders):
        check_holders(holders(["anna", "bert", "cora"]))


def test_case_41_lost_holder_does_no_harm_but_one_alone_cannot_open():
    names = ["anna", "cora", "dirk"]

    assert combined("anna", "dirk", names) == TENDER.private
    with pytest.raises(SameAdministration):
        combined("anna", "anna", names)
    by_name = {officer.name: officer for officer in holders(names)}
    shares = split_key(TENDER.private, tender="T", officers=by_name.values())
    with pytest.raises(KeyDoesNotFit):
        contribute(shares, tender="T", owner=by_name["cora"], private=KEYS["anna"].private, officers=by_name.values())


def test_case_42_altered_envelope_fails_alone():
    labels = [sealing.Label(tender="T", version=1, lot="", reference=name) for name in ("B-1", "B-2")]
    envelopes = {label: sealing.seal_bid(b"Preise", label=label, public=TENDER.public) for label in labels}
    envelopes[labels[0]] = envelopes[labels[0]][:-9] + b"?" + envelopes[labels[0]][-8:]

    opened = sealing.open_all(envelopes, private=TENDER.private)

    assert (opened.tampered, opened.contents) == (("B-1",), {"B-2": b"Preise"})


PAPER = Position(number="1", text="Kopierpapier", quantity=D(12500), unit="LEF")


def make_line(**overrides) -> BidLine:
    return BidLine(**{"number": "1", "text": "Kopierpapier", "quantity": D(12500), "unit": "LEF", "unit_price": D("0.0399"), **overrides})


def findings(line, **options):
    return [finding.weight for finding in check_bid([PAPER], [line] if line else [], **options).findings]


def test_case_45_price_keeps_four_decimals_and_the_line_is_rounded_once():
    checked = check_bid([PAPER], [make_line()])

    assert (checked.lines[0].line.unit_price, checked.net) == (D("0.0399"), D("498.75"))


def test_case_46_unit_price_rules_and_both_are_shown():
    checked = check_bid([PAPER], [make_line(stated_total=D("500.00"))])

    assert (checked.net, checked.lines[0].line.stated_total) == (D("498.75"), D("500.00"))
    assert [(finding.weight, finding.law) for finding in checked.findings] == [(Weight.NOTE, "§ 56 Abs. 1 VgV, Anlage 1 SächsVergabeG")]


def test_case_47_zero_asks_and_a_missing_price_excludes():
    assert findings(make_line(unit_price=D("0.00"))) == [Weight.ASK]
    assert findings(make_line(unit_price=None)) == [Weight.EXCLUDE]


def test_case_48_changed_sheet_excludes():
    assert findings(make_line(quantity=D(12000))) == [Weight.EXCLUDE]
    assert findings(make_line(text="Kopierpapier, holzfrei")) == [Weight.EXCLUDE]


def test_case_49_mixed_rates_are_compared_on_one_declared_basis():
    mixed = check_bid([PAPER, replace(PAPER, number="2")], [make_line(vat_percent=D(7)), make_line(number="2")])
    small = check_bid([PAPER, replace(PAPER, number="2")], [make_line(vat_percent=D(0)), make_line(number="2", vat_percent=D(0))])

    assert (mixed.compared(bid_check.Basis.NET), mixed.compared(bid_check.Basis.GROSS)) == (D("997.50"), D("1127.17"))
    assert (small.compared(bid_check.Basis.NET), small.compared(bid_check.Basis.GROSS)) == (D("997.50"), D("997.50"))


def test_case_50_skonto_is_not_counted_unless_announced():
    terms = BidTerms(skonto_percent=D(2))

    assert check_bid([PAPER], [make_line()], terms=terms).net == D("498.75")
    assert check_bid([PAPER], [make_line()], terms=terms, skonto_counts=True).net == D("488.78")


def test_case_51_tie_follows_the_published_rule_only():
    rules = Announced(method=Method.LOWEST_PRICE, weights={"Q": D(1)}, tie_rule=(TieStep.BETTER_QUALITY, TieStep.DRAW), seed_hash=commitment("Würfel 4711"))
    bids = [Scored(bidder=name, price=D(100), points={"Q": D(points)}) for name, points in (("A", 8), ("B", 9), ("C", 9))]

    rankings = [rank_bids(order, rules, seed="Würfel 4711") for order in (bids, bids[::-1])]

    assert rank_bids(bids, rules).undecided == ("B", "C")
    assert rankings[0] == rankings[1]
    assert rankings[0].winner in {"B", "C"}
    assert rankings[0].places[0].decided_by is TieStep.DRAW
    assert drawn_order(["C", "B", "A"], seed="Würfel 4711") == drawn_order(["A", "B", "C"], seed="Würfel 4711")
    assert len({tuple(drawn_order("ABC", seed=str(number))) for number in range(40)}) > 3  # the seed decides, not the names


def test_case_53_lot_without_bid_is_left_out():
    outcome = award_lots(LotTender(lots=("L1", "L2", "L3"), bids=(LotBid(bidder="A", lots={"L1": D("1.00"), "L2": D("2.00")}),)))

    assert (outcome.unawarded, outcome.total) == (("L3",), D("3.00"))


def test_case_54_only_bid_excluded_leaves_the_lot_without_award():
    ranking = rank_bids([Scored(bidder="A", price=D(1), is_excluded=True)], Announced(method=Method.LOWEST_PRICE))

    assert (ranking.winner, ranking.places) == (None, ())


def test_case_55_price_gap_by_the_dated_percentage():
    most = get_row(ROWS, "sn-vol-a", "price_gap_max", DAY_2026).number
    assert most is not None

    (gap,) = price_gaps([("A", D("80.00")), ("B", D("100.00"))], most_percent=most)

    assert (gap.below_percent, gap.above_percent, to_clarify([gap])) == (D("20.0"), D("25.0"), ["A", "B"])
    assert to_clarify(price_gaps([("A", D("95.00")), ("B", D("100.00"))], most_percent=most)) == []


def test_case_56_lot_limit_equals_brute_force_and_counts_only_if_announced():
    lots = ("L1", "L2", "L3", "L4")
    cheap = LotBid(bidder="A", lots={"L1": D("10.00"), "L2": D("20.00"), "L3": D("30.00"), "L4": D("40.00")})
    dear = LotBid(bidder="B", lots={"L1": D("19.00"), "L2": D("25.00"), "L3": D("33.00"), "L4": D("48.00")})
    limited = LotTender(lots=lots, bids=(cheap, dear), rules=AwardRules(max_lots_per_bidder=2))

    best = brute_force.best(limited)
    assert best is not None
    assert award_lots(limited).total == best[0] == D("108.00")
    assert award_lots(replace(limited, rules=AwardRules())).total == D("100.00")


@pytest.mark.parametrize(("reserved", "total"), [(True, "180000.00"), (False, "200000.00")])
def test_case_57_combination_counts_only_if_reserved(reserved, total):
    bids = (
        LotBid(bidder="A", lots={"L1": D("100000.00"), "L2": D("105000.00")}, packages=(Package(lots=frozenset({"L1", "L2"}), price=D("180000.00")),)),
        LotBid(bidder="B", lots={"L1": D("110000.00"), "L2": D("100000.00")}),
    )

    assert award_lots(LotTender(lots=("L1", "L2"), bids=bids, rules=AwardRules(packages_admitted=reserved))).total == D(total)


@pytest.mark.parametrize(("minimum", "winners", "total"), [(None, {"A", "B"}, "190.00"), ("150.00", {"A"}, "195.00")], ids=["without", "with"])
def test_case_58_package_wins_only_with_a_minimum_value(minimum, winners, total):
    bids = (
        LotBid(
            bidder="A",
            lots={"L1": D("90.00"), "L2": D("110.00")},
            packages=(Package(lots=frozenset({"L1", "L2"}), price=D("195.00")),),
            minimum_value=None if minimum is None else D(minimum),
        ),
        LotBid(bidder="B", lots={"L1": D("100.00"), "L2": D("100.00")}),
    )

    outcome = award_lots(LotTender(lots=("L1", "L2"), bids=bids))

    assert (outcome.status, {award.bidder for award in outcome.awards}, outcome.total) == (Status.OPTIMAL, winners, D(total))


def test_case_60_losing_bid_that_swaps_the_first_two_is_warned_of():
    rules = Announced(method=Method.RATIO_POINTS, price_weight=D(60), weights={"Qualität": D(40)})
    bids = [Scored(bidder=name, price=D(price), points={"Qualität": D(points)}) for name, price, points in (("A", 100, 7), ("B", 130, 10), ("C", 60, 0))]

    assert "Pmin" in str(rank_bids(bids, rules).formula)
    assert depends_on_the_field(rules)
    assert len(swap_warnings(bids, rules)) == 1
    assert swap_warnings(bids[:2], rules) == []


def test_case_62_contract_waits_ten_days_from_the_next_day():
    monday = date(2026, 11, 2)
    below = waiting_days(Procedure.OPEN, day=monday, rows=ROWS)
    above = waiting_days(Procedure.EU, day=monday, rows=ROWS)
    assert below.number is not None

    found = waiting(monday, days=int(below.number))

    assert (below.number, above.number) == (10, 10)
    assert (found.first_day, found.last_day, found.earliest_contract) == (date(2026, 11, 3), date(2026, 11, 12), date(2026, 11, 13))
