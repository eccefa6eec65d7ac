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


def test_delivery_to_where_no_lot_goes_is_noted():
    content = b'{"lots": ["L1"], "bids": [{"bidder": "A", "delivery": {"ossling": "1.00", "neukirch": "1.00"}}], "places": {"L1": ["ossling"]}}'

    assert award_file.read(content).notes == ("bids[0].delivery.neukirch wird nicht ausgewertet: Dorthin wird kein Los geliefert.",)


def test_what_is_no_amount_is_shown_as_the_file_writes_it():
    with pytest.raises(AwardFileFaulty, match="„null“ ist kein Betrag"):
        award_file.read(b'{"lots": ["L1"], "bids": [{"bidder": "A", "lots": {"L1": null}}]}')


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
    "no_rules": (b'{"lots": [], "bids": [], "rules": false}', "rules"),
    "seed_no_text": (b'{"lots": [], "bids": [], "rules": {"seed": 0}}', "rules.seed"),
    "bidder_empty": (b'{"lots": [], "bids": [{"bidder": " "}]}', "bids[0].bidder"),
    "bidder_unwritable": (b'{"lots": [], "bids": [{"bidder": "A\\ud800"}]}', "bids[0].bidder"),
    "lot_empty": (b'{"lots": [""], "bids": []}', "lots[0]"),
    "lots_of_bid_empty_text": (b'{"lots": [], "bids": [{"bidder": "A", "lots": ""}]}', "bids[0].lots"),
    "place_of_no_lot": (b'{"lots": ["L1"], "bids": [], "places": {"L9": ["ossling"]}}', "places.L9"),
    "no_switch": (b'{"lots": [], "bids": [], "rules": {"packages_admitted": "yes"}}', "rules.packages_admitted"),
}


@pytest.mark.parametrize(("content", "place"), FAULTS.values(), ids=FAULTS)
def test_faulty_file_is_refused_with_its_place(content, place):
    with pytest.raises(AwardFileFaulty) as refusal:
        award_file.read(content)

    assert refusal.value.place == place
