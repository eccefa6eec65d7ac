from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.rules.sealing import (
    BUCKET,
    EnvelopeTampered,
    Label,
    NotAnEnvelope,
    envelope_hash,
    key_print,
    label_of,
    make_keys,
    open_all,
    open_bid,
    seal_bid,
)

KEYS = make_keys()
LABEL = Label(tender="2026-07", version=2, lot="", reference="B-1")
CONTENT = "Preisblatt: 0,0399 €".encode()


def test_sealed_bid_opens_with_its_key_and_label():
    envelope = seal_bid(CONTENT, label=LABEL, public=KEYS.public)

    assert open_bid(envelope, label=LABEL, private=KEYS.private) == CONTENT
    assert label_of(envelope) == LABEL


def test_envelope_shows_neither_content_nor_exact_size():
    short, long = (seal_bid(content, label=LABEL, public=KEYS.public) for content in (b"1", b"1" * (BUCKET - 8)))

    assert b"Preis" not in seal_bid(CONTENT, label=LABEL, public=KEYS.public)
    assert len(short) == len(long)


def test_same_bid_is_never_the_same_envelope():
    assert envelope_hash(seal_bid(CONTENT, label=LABEL, public=KEYS.public)) != envelope_hash(seal_bid(CONTENT, label=LABEL, public=KEYS.public))


@pytest.mark.parametrize("other", [{"tender": "2026-08"}, {"version": 1}, {"lot": "L1"}, {"reference": "B-2"}], ids=["tender", "version", "lot", "bid"])
def test_envelope_does_not_open_as_another(other):
    envelope = seal_bid(CONTENT, label=replace(LABEL, **other), public=KEYS.public)

    with pytest.raises(EnvelopeTampered):
        open_bid(envelope, label=LABEL, private=KEYS.private)


def test_relabelled_envelope_does_not_open():
    envelope = seal_bid(CONTENT, label=LABEL, public=KEYS.public).replace(b'"B-1"', b'"B-2"')

    with pytest.raises(EnvelopeTampered):
        open_bid(envelope, label=replace(LABEL, reference="B-2"), private=KEYS.private)


def test_other_key_does_not_open():
    with pytest.raises(EnvelopeTampered):
        open_bid(seal_bid(CONTENT, label=LABEL, public=KEYS.public), label=LABEL, private=make_keys().private)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 7))
def test_any_flipped_bit_is_noticed(position, bit):
    envelope = bytearray(seal_bid(CONTENT, label=LABEL, public=KEYS.public))
    envelope[position % len(envelope)] ^= 1 << bit

    with pytest.raises(EnvelopeTampered):
        open_bid(bytes(envelope), label=LABEL, private=KEYS.private)


def test_altered_envelope_fails_alone_and_is_named():
    labels = [replace(LABEL, reference=f"B-{number}") for number in range(3)]
    envelopes = {label: seal_bid(CONTENT, label=label, public=KEYS.public) for label in labels}
    envelopes[labels[1]] = envelopes[labels[1]][:-1] + bytes([envelopes[labels[1]][-1] ^ 1])

    opened = open_all(envelopes, private=KEYS.private)

    assert (opened.tampered, set(opened.contents)) == (("B-1",), {"B-0", "B-2"})


@pytest.mark.parametrize(
    "envelope", [b"", b"VERBUND-BID\x02....", b"PK\x03\x04", b"VERBUND-BID\x01\x00\x00\x00\xff{}"], ids=["empty", "version", "zip", "short"]
)
def test_other_files_are_no_envelopes(envelope):
    with pytest.raises(NotAnEnvelope):
        label_of(envelope)


def test_key_print_is_short_enough_to_compare_and_differs_by_key():
    assert [len(group) for group in key_print(KEYS.public).split()] == [4] * 8
    assert key_print(KEYS.public) != key_print(make_keys().public)
