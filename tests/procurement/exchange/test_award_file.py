import json
from decimal import Decimal

import pytest

from procurement.exchange import award_file
from procurement.exchange.award_file import AwardFileFaulty


def make_file(**overrides) -> bytes:
    bid = {"bidder": "A", "lots": {"L1": "100000.00"}, "packages": [{"lots": ["L1", "L2"], "price": "180000.00"}], "minimum_value": None}
    data = {"lots": ["L1", "L2"], "bids": [bid], "rules": {"max_lots_per_bidder": None, "max_bidders": 2, "packages_admitted": True}}
    return json.dumps({**data, **overrides}).encode()


def test_read_keeps_amounts_exact_and_missing_limits_as_none():
    raw = award_file.read(make_file())

    assert raw.lots == ("L1", "L2")
    assert (raw.max_lots_per_bidder, raw.max_bidders, raw.packages_admitted, raw.seed) == (None, 2, True, "")
    assert raw.bids[0].lots == {"L1": Decimal("100000.00")}
    assert raw.bids[0].packages[0].amount == Decimal("180000.00")


def test_read_takes_json_numbers_exactly():
    raw = award_file.read(b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": 0.10}}]}')

    assert str(raw.bids[0].lots["L1"]) == "0.10"


def test_packages_count_only_where_the_file_admits_them():
    assert award_file.read(make_file(rules=None)).packages_admitted is False


def test_unknown_key_of_a_bid_is_noted():
    raw = award_file.read(b'{"lots": [], "bids": [{"bidder": "A", "phone": "1"}]}')

    assert raw.notes == ("bids[0].phone wird nicht ausgewertet.",)


FAULTS = {
    "empty": (b"", ""),
    "no_text": (b"\xff\xfe\x00", ""),
    "too_deep": (b"[" * 100_000, ""),
    "list": (b"[]", ""),
    "lots_missing": (b'{"bids": []}', ""),
    "lots_no_list": (b'{"lots": "L1", "bids": []}', "lots"),
    "lot_twice": (b'{"lots": ["L1", "L1"], "bids": []}', "lots"),
    "bidder_missing": (b'{"lots": ["L1"], "bids": [{"lots": {}}]}', "bids[0]"),
    "comma": (b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": "1,00"}}]}', "bids[0].lots.L1"),
    "truth_value": (b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": true}}]}', "bids[0].lots.L1"),
    "nan": (b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": NaN}}]}', "NaN"),
    "key_twice": (b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": "1", "L1": "2"}}]}', "L1"),
    "unknown_rule": (b'{"lots": [], "bids": [], "rules": {"max_lots": 2}}', "rules.max_lots"),
    "negative_limit": (b'{"lots": [], "bids": [], "rules": {"max_bidders": -1}}', "rules.max_bidders"),
    "no_switch": (b'{"lots": [], "bids": [], "rules": {"packages_admitted": "yes"}}', "rules.packages_admitted"),
}


@pytest.mark.parametrize(("content", "place"), FAULTS.values(), ids=FAULTS)
def test_faulty_file_is_refused_with_its_place(content, place):
    with pytest.raises(AwardFileFaulty) as refusal:
        award_file.read(content)

    assert refusal.value.place == place
