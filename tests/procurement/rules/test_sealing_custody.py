import itertools

import pytest

from procurement.rules.sealing import make_keys
from procurement.rules.sealing_custody import (
    KeyDoesNotFit,
    Officer,
    SameAdministration,
    TooFewHolders,
    admissible_pairs,
    check_holders,
    combine,
    contribute,
    rewrap,
    split_key,
)

KEYS = {name: make_keys() for name in ("anna", "bert", "cora", "dirk", "emil")}
HOMES = {"anna": "koenigsbrueck", "bert": "koenigsbrueck", "cora": "bernsdorf", "dirk": "ossling", "emil": "bernsdorf"}
TENDER = make_keys()


def officers(names):
    return [Officer(name=name, administration=HOMES[name], public=KEYS[name].public) for name in names.split()]


def opened_by(first, second, *, names="anna bert cora dirk", shares=None, tender="T1"):
    holders = {officer.name: officer for officer in officers(names)}
    shares = shares or split_key(TENDER.private, tender="T1", officers=holders.values())
    handed = contribute(shares, tender=tender, owner=holders[first], private=KEYS[first].private, officers=holders.values())
    return combine(shares, handed, tender=tender, owner=holders[second], private=KEYS[second].private, tender_public=TENDER.public)


@pytest.mark.parametrize(("first", "second"), list(itertools.permutations(["anna", "cora", "dirk"], 2)))
def test_any_two_of_different_administrations_open_in_any_order(first, second):
    assert opened_by(first, second) == TENDER.private


@pytest.mark.parametrize(("first", "second"), [("anna", "bert"), ("anna", "anna")], ids=["same_employer", "alone"])
def test_one_administration_never_opens(first, second):
    with pytest.raises(SameAdministration):
        opened_by(first, second)


def test_no_share_joins_two_people_of_one_administration():
    shares = split_key(TENDER.private, tender="T1", officers=officers("anna bert cora dirk"))

    assert {(share.owner, share.partner) for share in shares} & {("anna", "bert"), ("bert", "anna")} == set()
    assert len(shares) == 2 * len(admissible_pairs(officers("anna bert cora dirk")))


def test_split_differs_each_time_and_holds_no_half_twice():
    first, second = (split_key(TENDER.private, tender="T1", officers=officers("anna cora dirk")) for _time in range(2))

    assert len({share.sealed for share in (*first, *second)}) == 12


def test_shares_of_another_tender_do_not_open():
    with pytest.raises(KeyDoesNotFit):
        opened_by("anna", "cora", tender="T2")


def test_halves_that_make_another_key_are_refused():
    shares = split_key(make_keys().private, tender="T1", officers=officers("anna cora dirk"))

    with pytest.raises(KeyDoesNotFit):
        opened_by("anna", "cora", names="anna cora dirk", shares=shares)


@pytest.mark.parametrize(
    ("names", "enough"),
    [("anna cora", False), ("anna bert cora", False), ("anna cora emil", False), ("anna cora dirk", True), ("anna bert cora emil", True), ("anna bert", False)],
    ids=["two", "one_town_twice", "other_town_twice", "three_towns", "two_and_two", "one_town"],
)
def test_holders_suffice_only_if_any_one_may_be_lost(names, enough):
    if enough:
        check_holders(officers(names))
    else:
        with pytest.raises(TooFewHolders):
            check_holders(officers(names))


def test_two_others_rewrap_for_a_leaver():
    key = opened_by("cora", "dirk")

    shares = rewrap(key, tender="T1", leaver="anna", officers=officers("anna bert cora dirk"))

    assert "anna" not in {share.owner for share in shares} | {share.partner for share in shares}
    assert opened_by("bert", "dirk", names="bert cora dirk", shares=shares) == TENDER.private


def test_rewrap_refuses_to_leave_too_few():
    with pytest.raises(TooFewHolders):
        rewrap(TENDER.private, tender="T1", leaver="dirk", officers=officers("anna cora dirk"))
