from datetime import date
from decimal import Decimal

import pytest

from procurement.rules.mandates import MemberBinding, MembersNotBound, Signatory, check_bound, gaps

D = Decimal
DAY = date(2026, 11, 27)


def make_member(**overrides) -> MemberBinding:
    values = {
        "municipality": "Oßling",
        "share": D("12000.00"),
        "resolution": "2026/41",
        "resolved_on": date(2026, 9, 1),
        "signatory": Signatory(name="Bürgermeister", most=D("15000.00")),
        "funds": D("12000.00"),
    }
    return MemberBinding(**{**values, **overrides})


def test_bound_member_has_no_gap():
    check_bound([make_member(), make_member(valid_until=DAY, resolved_up_to=D("12000.00"))], day=DAY)


@pytest.mark.parametrize(
    "overrides",
    [
        {"resolution": ""},
        {"resolved_on": None},
        {"resolved_on": date(2026, 11, 28)},
        {"valid_until": date(2026, 11, 26)},
        {"resolved_up_to": D("11999.99")},
        {"signatory": None},
        {"signatory": Signatory(name="Amtsleiterin", most=D("11999.99"))},
        {"funds": None},
        {"funds": D("11999.99")},
    ],
    ids=["no_number", "no_date", "not_yet", "ended", "too_little_resolved", "nobody_signs", "limit", "no_funds", "too_little_funds"],
)
def test_each_gap_is_named_and_stops(overrides):
    member = make_member(**overrides)

    assert [gap.municipality for gap in gaps([make_member(), member], day=DAY)] == ["Oßling"]
    with pytest.raises(MembersNotBound) as refusal:
        check_bound([make_member(), member], day=DAY)
    assert str(refusal.value).startswith("Oßling: ")


def test_real_price_is_checked_again():
    assert len(gaps([make_member(share=D("15000.01"))], day=DAY)) == 2
