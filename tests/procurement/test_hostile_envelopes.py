"""Whoever seals by an own program may have written anything: each envelope fails alone, and the others open, count and are awarded."""

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from commons import clock
from commons.database import db, write
from procurement import bidding, evaluating, tendering
from procurement.awarding.input import input_of
from procurement.bid_content import bid_label
from procurement.bidding import handing_in
from procurement.bidding.handing_in import EnvelopeOfAnother
from procurement.bidding.writing import NumbersUnreadable
from procurement.comparing import compare
from procurement.exchange.bid_file import encode
from procurement.models import Bid, OpenedBid, OpeningEntry, Tender
from procurement.queries.bids import get_invitation
from procurement.queries.tender_documents import current_version
from procurement.rules.sealing import seal_bid
from procurement.tender_stages import BidStage
from tests.cases.test_procurement_cases_bids import break_in
from tests.procurement.builders import lead
from tests.procurement.sheets import filled_in
from tests.procurement.tender_builders import (
    FIRMS,
    content_of,
    hand_in,
    mail_of,
    make_published,
    open_after_deadline,
    reloaded,
    secret_of,
)

Change = Callable[[dict[str, Any]], object]


def put(*path: str | int, to: object) -> Change:
    """Return what puts a value into the plain data of a bid."""

    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def bomb(_data: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 200_000_000)
    return out.getvalue()


# What lies in the envelope, and whether anything of it can count.
UNREADABLE: dict[str, Change] = {
    "exponent": put("lines", 0, "unit_price", to="1e1000000"),
    "no_number": put("lines", 0, "quantity", to="NaN"),
    "endless": put("delivery", to={"1": "Infinity"}),
    "wrong_kind": put("delivery", to=["1"]),
    "deep": lambda _data: b"[" * 100_000,
    "rubbish": lambda _data: b"PK\x03\x04rubbish",
    "bomb": bomb,
    "nothing": lambda _data: b"",
    "many_lines": lambda data: data["lines"].extend(data["lines"] * 2000),
}
NAMED: dict[str, Change] = {
    "five_places": put("lines", 0, "unit_price", to="1.23456"),
    "negative": put("lines", 0, "unit_price", to="-5"),
    "endless_price": put("lines", 0, "unit_price", to="9" * 29),
    "great_price": put("lines", 0, "unit_price", to="9999999999"),
    "thirds": put("lines", 0, "stated_total", to="1.234"),
    "quantity": put("lines", 0, "quantity", to="1.1234567"),
    "tax": put("lines", 0, "vat_percent", to="-100"),
    "days": put("skonto_days", to=10**30),
    "whose_delivery": put("delivery", to={"abc": "5"}),
    "paid_delivery": put("delivery", to={"1": "-100000"}),
    "great_discount": put("discount_percent", to="200"),
    "no_combination": put("combinations", to=[{"lots": [1, 2]}]),
    "other_lots": put("combinations", to=[{"lots": [1, 99], "price": "5"}]),
}
QUIET: dict[str, Change] = {
    "nul": put("address", to="Markt\x00 1"),
    "half_a_letter": put("remark", to="\ud800"),
    "other_firm": put("bidder", to=FIRMS[0]),
    "long": put("lines", 0, "number", to="1" * 100_000),
}


def sealed_by_own_program(tender: Tender, firm: str, change: Change) -> Bid:
    """Hand in what a firm's own program has sealed."""
    data = json.loads(encode(content_of(tender, firm)))
    made = change(data)
    secret = secret_of(tender, firm)
    reference = bidding.next_reference(get_invitation(secret), secret)
    content = made if isinstance(made, bytes) else json.dumps(data).encode()
    envelope = seal_bid(content, label=bid_label(tender.id, tender.version, reference), public=tender.public_key)
    return write(bidding.hand_in_sealed, secret, envelope, received_at=clock.now())


def test_no_envelope_keeps_the_others_from_being_opened_compared_and_awarded(app):
    tender = make_published()
    hand_in(tender, FIRMS[0])
    changes = UNREADABLE | NAMED | QUIET
    for name in changes:
        write(tendering.invite, tender.id, f"{name} GmbH", mail_of(name), by=lead())
        sealed_by_own_program(tender, f"{name} GmbH", changes[name])

    open_after_deadline(tender)

    entries = {entry.bid.invitation.name.removesuffix(" GmbH"): entry for entry in db.session.scalars(select(OpeningEntry))}
    remarks = {opened.bid.invitation.name.removesuffix(" GmbH"): opened.remark or "" for opened in db.session.scalars(select(OpenedBid))}
    assert {name for name, entry in entries.items() if entry.stage is BidStage.TAMPERED} == set(UNREADABLE)
    assert all("unversehrt" in json.dumps(entries[name].remark, ensure_ascii=False) for name in UNREADABLE)
    assert {name for name, remark in remarks.items() if "zählt nicht" in remark or "nicht zugelassen" in remark} == set(NAMED)
    write(evaluating.examine, tender.id, by=lead())
    assert compare(reloaded(tender)).sums
    assert {bid["bidder"] for bid in input_of(reloaded(tender))["bids"]} >= {FIRMS[0]}


def test_an_envelope_of_another_firm_tender_version_or_time_is_not_taken(app_once):
    tender, other = make_published(), make_published()
    secret, reference = secret_of(tender), bidding.next_reference(get_invitation(secret_of(tender)), secret_of(tender))
    content = encode(content_of(tender))

    def sealed(number: int, version: int, name: str) -> bytes:
        return seal_bid(content, label=bid_label(number, version, name), public=tender.public_key)

    first = sealed(tender.id, 1, reference)
    wrong = [sealed(other.id, 1, reference), sealed(tender.id, 2, reference), sealed(tender.id, 1, reference[:-1] + "?")]
    for envelope in wrong:
        with pytest.raises(EnvelopeOfAnother):
            write(bidding.hand_in_sealed, secret, envelope, received_at=clock.now())
    write(bidding.hand_in_sealed, secret, first, received_at=clock.now())
    with pytest.raises(EnvelopeOfAnother):  # the same envelope a second time
        write(bidding.hand_in_sealed, secret, first, received_at=clock.now())
    with pytest.raises(EnvelopeOfAnother):  # what another firm has taken off the line
        write(bidding.hand_in_sealed, secret_of(tender, FIRMS[1]), first, received_at=clock.now())


def test_no_firm_fills_the_disk_with_envelopes(app_once, monkeypatch):
    tender = make_published()
    monkeypatch.setattr(handing_in, "MOST_ENVELOPES", 2)
    for _time in range(2):
        hand_in(tender)

    with pytest.raises(handing_in.TooManyEnvelopes):
        hand_in(tender)

    assert hand_in(tender, FIRMS[1]).stage is BidStage.HANDED_IN


def test_two_envelopes_swapped_in_the_database_are_both_named(app):
    tender = make_published()
    first, second, third = (hand_in(tender, firm) for firm in FIRMS)
    envelopes = dict(db.session.execute(select(Bid.id, Bid.envelope)).all())
    break_in(first.id, envelopes[second.id])
    break_in(second.id, envelopes[first.id])

    open_after_deadline(tender)

    entries = {entry.bid_id: entry for entry in db.session.scalars(select(OpeningEntry))}
    assert {bid_id: entry.stage for bid_id, entry in entries.items()} == {
        first.id: BidStage.TAMPERED,
        second.id: BidStage.TAMPERED,
        third.id: BidStage.OPENED,
    }
    assert all("nach seinem Eingang verändert" in json.dumps(entries[bid.id].remark, ensure_ascii=False) for bid in (first, second))


@pytest.mark.parametrize("price", [1.23456, 10**12, -3.5, 1 / 3], ids=["five_places", "endless", "negative", "formula"])
def test_a_price_that_could_not_be_kept_is_named_before_handing_in(app_once, price):
    tender = make_published()
    version = current_version(tender)
    sheet = filled_in(version.sheet.content, price=price)
    invitation = get_invitation(secret_of(tender))

    with pytest.raises(NumbersUnreadable, match=r"Preis zu Position 1\.1"):
        bidding.content_from_sheet(sheet, invitation, version, before=bidding.empty_content(invitation, version))
