"""The fields of a bid that stand beside its form: prices, tax rates, statements and delivery charges, as typed or as drafted."""

from typing import Any

from flask import request

from commons.words import german_number
from procurement import bidding
from procurement.exchange.bid_file import BidContent
from procurement.forms.bidding import BidForm
from procurement.models import TenderInvitation, TenderVersion


def typed_content(invitation: TenderInvitation, version: TenderVersion, form: BidForm) -> BidContent:
    """Read a bid as it was typed."""
    typed = request.form
    prices, rates, charges = (
        {name.removeprefix(start): text for name, text in typed.items() if name.startswith(start)} for start in ("price-", "vat-", "delivery-")
    )
    statements = {criterion.name: typed.get(f"statement-{criterion.id}", "") for criterion in version.criteria}
    return bidding.content_from_form(invitation, version, form.general(statements, charges), prices, rates)


def shown_fields(version: TenderVersion, draft: BidContent) -> dict[str, Any]:
    """Return what stands in the fields: as typed, else from the draft."""
    return {
        "prices": _typed(version, draft, "price"),
        "rates": _typed(version, draft, "vat"),
        "statements": draft.statements,
        "charges": _charges(draft),
    }


def _typed(version: TenderVersion, draft: BidContent, kind: str) -> dict[int, str]:
    if request.method == "POST":
        return {position.id: request.form.get(f"{kind}-{position.id}", "") for position in version.positions}
    return bidding.shown_figures(version, draft, kind)


def _charges(draft: BidContent) -> dict[str, str]:
    if request.method == "POST":
        return {name.removeprefix("delivery-"): text for name, text in request.form.items() if name.startswith("delivery-")}
    return {key: german_number(charge, 2).replace(".", "") for key, charge in draft.delivery.items()}
