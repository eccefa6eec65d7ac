from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from procurement.rules.procedure import SAXON_VOB_A, UVGO, DeviationWithoutReason, Kind, Procedure, ProcedureNotAllowed, check_choice, duties, propose
from procurement.rules.procedure_changes import modification, stops_publication
from procurement.rules.procedure_estimate import Basis, Per, Source, Summand, SummandFaulty, estimate
from procurement.rules.procedure_lots import NotSmall, Planned, beside, check_exempted, small_lots
from procurement.rules.procedure_values import NoRow, RuleVersion, get_row
from tests.procurement.rules.shipped_rows import ROWS

D = Decimal
DAY = date(2026, 11, 27)


def proposed(net, *, day=DAY, kind=Kind.SUPPLIES, **options):
    return propose(D(net), kind=kind, day=day, rows=ROWS, **options)


def make_summand(**overrides) -> Summand:
    return Summand(**{"municipality": "bernsdorf", "amount": D("1000.00"), "source": Source.QUOTE, **overrides})


@pytest.mark.parametrize(
    ("net", "procedure", "name"),
    [
        ("500.00", Procedure.DIRECT, "Direktkauf"),
        ("500.01", Procedure.NEGOTIATED, "Freihändige Vergabe"),
        ("25000.00", Procedure.NEGOTIATED, "Freihändige Vergabe"),
        ("25000.01", Procedure.OPEN, "Öffentliche Ausschreibung"),
        ("215999.99", Procedure.OPEN, "Öffentliche Ausschreibung"),
        ("216000.00", Procedure.EU, "EU-weites Verfahren (VgV)"),
    ],
)
def test_value_decides_the_procedure_up_to_the_cent(net, procedure, name):
    proposal = proposed(net)

    assert (proposal.procedure, str(proposal.name)) == (procedure, name)
    assert all(str(reason) for reason in proposal.reasons)


def test_open_tender_names_what_needs_a_ground():
    proposal = proposed("30000.00")

    assert [procedure for procedure, _text in proposal.with_ground] == [Procedure.RESTRICTED, Procedure.NEGOTIATED]
    assert proposal.not_allowed == {Procedure.DIRECT}


def test_works_have_their_own_amounts():
    assert proposed("140000.00", kind=Kind.WORKS, profile=SAXON_VOB_A).procedure is Procedure.RESTRICTED


def test_uvgo_is_dormant_until_its_rows_are_dated():
    with pytest.raises(NoRow) as refusal:
        proposed("700.00", profile=UVGO)

    assert (refusal.value.regime, refusal.value.key) == ("uvgo", "direct_purchase_max")


def test_uvgo_speaks_its_own_words_once_dated():
    rows = [replace(row, valid_from=date(2026, 1, 1)) if row.regime == "uvgo" else row for row in ROWS]

    proposal = propose(D("700.00"), kind=Kind.SUPPLIES, day=DAY, rows=rows, profile=UVGO)

    assert str(proposal.name) == "Direktauftrag"


def test_announced_values_are_never_chosen():
    with pytest.raises(NoRow):
        get_row(ROWS, "sn-announced", "restricted_tender_max", DAY, "supplies")


def test_version_changes_with_a_value():
    version = proposed("700.00").version
    other = RuleVersion(day=version.day, rows=[replace(version.rows[0], number=D(1)), *version.rows[1:]])

    assert version.fingerprint == proposed("800.00").version.fingerprint
    assert version.fingerprint != other.fingerprint


def test_deviation_needs_a_written_reason():
    proposal = proposed("700.00")

    check_choice(proposal, Procedure.NEGOTIATED, reason="")
    check_choice(proposal, Procedure.OPEN, reason="Der Markt ist nicht bekannt, viele Bieter sind erwünscht.")
    with pytest.raises(DeviationWithoutReason):
        check_choice(proposal, Procedure.OPEN, reason="  eilt  ")


@pytest.mark.parametrize(("net", "chosen"), [("300000.00", Procedure.OPEN), ("30000.00", Procedure.DIRECT)], ids=["below_eu_rules", "too_dear_to_buy"])
def test_no_reason_makes_an_unlawful_procedure_lawful(net, chosen):
    with pytest.raises(ProcedureNotAllowed):
        check_choice(proposed(net), chosen, reason="Es eilt sehr und alle sind einverstanden.")


@pytest.mark.parametrize(
    ("net", "procedure", "applies"),
    [
        ("50000.00", Procedure.OPEN, {"pre_award_information_above": False, "ex_post_publication_from": False}),
        ("50000.01", Procedure.OPEN, {"pre_award_information_above": True, "ex_post_publication_from": False}),
        ("25000.00", Procedure.NEGOTIATED, {"pre_award_information_above": False, "ex_post_publication_from": True}),
        ("24999.99", Procedure.NEGOTIATED, {"ex_post_publication_from": False}),
        ("300000.00", Procedure.EU, {"pre_award_information_above": True, "ex_post_publication_from": True, "competition_register_query_from": True}),
    ],
)
def test_duties_follow_the_value(net, procedure, applies):
    found = {duty.key: duty.applies for duty in duties(D(net), procedure=procedure, kind=Kind.SUPPLIES, day=DAY, rows=ROWS)}

    assert applies.items() <= found.items()


def test_duty_without_a_value_on_the_day_stays_open():
    found = {duty.key: duty for duty in duties(D(60000), procedure=Procedure.OPEN, kind=Kind.SUPPLIES, day=date(2026, 6, 30), rows=ROWS)}

    assert found["procurement_statistics_from"].applies is None
    assert "30.06.2026" in str(found["procurement_statistics_from"].text)


@pytest.mark.parametrize(
    ("summand", "net"),
    [
        (make_summand(per=Per.MONTH, months=12), "12000.00"),
        (make_summand(per=Per.MONTH, months=None), "48000.00"),
        (make_summand(per=Per.MONTH, months=60), "48000.00"),
        (make_summand(per=Per.MONTH, months=60, is_framework=True), "60000.00"),
        (make_summand(per=Per.YEAR, months=24, extension_months=12), "3000.00"),
        (make_summand(option_amount=D("250.00"), surcharge_percent=D(10)), "1375.00"),
        (make_summand(basis=Basis.GROSS, vat_percent=D(19)), "840.34"),
        (make_summand(months=60), "1000.00"),
    ],
    ids=["monthly", "unlimited", "longer_than_48", "framework", "extension", "options_and_surcharge", "gross", "total_price"],
)
def test_summand_counts_net_over_its_term(summand, net):
    assert estimate([summand]).net == D(net)


def test_estimate_adds_over_members_and_lots():
    found = estimate([make_summand(lot="Salz"), make_summand(municipality="ossling", lot="Salz"), make_summand(lot="Papier", amount=D("1.00"))])

    assert found.by_lot() == {"Salz": D("2000.00"), "Papier": D("1.00")}
    assert found.by_municipality() == {"bernsdorf": D("1001.00"), "ossling": D("1000.00")}


@pytest.mark.parametrize(
    "summand", [make_summand(basis=Basis.GROSS), make_summand(amount=D(-1)), make_summand(months=0)], ids=["gross_without_rate", "negative", "no_term"]
)
def test_faulty_summand_is_refused(summand):
    with pytest.raises(SummandFaulty):
        estimate([summand])


def lots_of(exempted=()):
    by_lot = {"A": D(300000), "B": D(79000), "C": D(20000), "D": D(80000)}
    return small_lots(by_lot, exempted=exempted, kind=Kind.SUPPLIES, day=DAY, rows=ROWS)


def test_small_lots_are_offered_as_long_as_the_share_lasts():
    assert [lot.lot for lot in lots_of().lots if lot.is_offered] == ["B", "C"]
    assert [lot.lot for lot in lots_of(["B"]).lots if lot.is_offered] == []
    assert (lots_of(["B"]).exempted, lots_of().most) == (D(79000), D("95800"))


@pytest.mark.parametrize("exempted", [["B", "C"], ["D"]], ids=["together_too_much", "alone_too_large"])
def test_both_conditions_of_a_small_lot_are_needed(exempted):
    with pytest.raises(NotSmall):
        check_exempted(lots_of(exempted))


def test_splitting_is_flagged_where_only_the_sum_reaches_a_limit():
    limits = [get_row(ROWS, "sn-vol-a", "negotiated_award_max", DAY, "supplies"), get_row(ROWS, "eu", "eu_threshold", DAY, "supplies")]
    own = Planned(name="Salz I", goods="salt", net=D(20000), begins_on=DAY)
    others = [
        Planned(name="Salz II", goods="salt", net=D(9000), begins_on=date(2026, 12, 20)),
        Planned(name="Papier", goods="paper", net=D(5000), begins_on=DAY),
        Planned(name="Salz alt", goods="salt", net=D(90000), begins_on=date(2024, 1, 1)),
    ]

    found = beside(own, others, limits=limits)

    assert (found.similar_net, found.everything_net) == (D(29000), D(34000))
    assert len(found.flags) == 1
    assert "Salz II" in str(found.flags[0])


@pytest.mark.parametrize(("fuel", "is_flagged"), [("196000", True), ("195999.99", False)], ids=["reached", "below"])
def test_everything_together_is_flagged_where_it_reaches_the_eu_threshold(fuel, is_flagged):
    limits = [get_row(ROWS, "eu", "eu_threshold", DAY, "supplies")]
    own = Planned(name="Salz", goods="salt", net=D(20000), begins_on=DAY)

    found = beside(own, [Planned(name="Kraftstoff", goods="fuel", net=D(fuel), begins_on=DAY)], limits=limits)

    assert ["erreichen den EU-Schwellenwert" in str(flag) for flag in found.flags] == [True] * is_flagged


@pytest.mark.parametrize(("changes", "flagged"), [([D(600), D(-400)], False), ([D(600), D("-400.01")], True)], ids=["exactly_ten", "more"])
def test_changes_of_a_contract_add_up(changes, flagged):
    assert modification(D(10000), changes, most_percent=D(10)).is_flagged is flagged


def test_late_member_that_lifts_the_value_stops_the_publication():
    assert stops_publication(proposed("20000.00"), proposed("24000.00")) is None
    assert "Öffentliche Ausschreibung" in str(stops_publication(proposed("20000.00"), proposed("26000.00")))
