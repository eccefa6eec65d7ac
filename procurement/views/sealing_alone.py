"""Pages of a bidder who trusts nobody: seal in the own browser or by the own program, the server sees the closed envelope only."""

import base64
import json

from flask import render_template
from flask.typing import ResponseReturnValue

from commons import clock
from commons.access import public
from commons.database import write
from commons.errors import NotFound
from procurement import bidding
from procurement.bid_reading import places_of
from procurement.entries import DECLARATIONS
from procurement.forms.bidding import BidForm, EnvelopeForm
from procurement.models import Bid, TenderInvitation, TenderVersion
from procurement.queries import tender_documents as documents
from procurement.queries.tender_documents import checked_position
from procurement.queries.tenders import SEALED
from procurement.views.acting import is_done
from procurement.views.bid_fields import shown_fields
from procurement.views.bidding import blueprint, chosen_variant, marked, received
from procurement.views.files import sent_file
from procurement.views.tender_public import held_invitation, held_secret, key_file


@blueprint.route("/<int:tender_id>/umschlag", methods=["GET", "POST"])
@public
def hand_in_sealed(tender_id: int) -> ResponseReturnValue:
    """Hand in an envelope that was sealed by the own program."""
    form, secret, variant, received_at, taken = EnvelopeForm(), held_secret(tender_id), chosen_variant(), clock.now(), list[Bid]()
    invitation = held_invitation(tender_id)

    def take() -> None:
        envelope = sent_file(form.file.data)[2]
        taken.append(write(bidding.hand_in_sealed, secret, envelope, received_at=received_at, variant=variant))

    if is_done(form, take):
        return received(taken[0])
    return render_template("procurement/tenders/hand_in_sealed.html", form=form, **_label(invitation, secret, variant)), form.status


@blueprint.route("/<int:tender_id>/im-browser")
@public
def write_sealed(tender_id: int) -> ResponseReturnValue:
    """Write a bid that is checked and sealed in the own browser; what is typed is never sent."""
    invitation, variant = held_invitation(tender_id), chosen_variant()
    if invitation.tender.procedure not in SEALED:
        raise NotFound
    version = documents.current_version(invitation.tender)
    fields = shown_fields(version, bidding.empty_content(invitation, version))
    known = json.dumps(_known(invitation, version, variant), ensure_ascii=False)
    label = _label(invitation, held_secret(tender_id), variant)
    page = {"form": BidForm(formdata=None), "envelope_form": EnvelopeForm(formdata=None), "version": version, "known": known}
    return render_template("procurement/tenders/write_sealed.html", **page, **fields, **label)


def _label(invitation: TenderInvitation, secret: str, variant: int) -> dict[str, object]:
    """Return what is bound into the envelope, and the key that it is sealed to."""
    tender = invitation.tender
    key = base64.b64encode(tender.public_key or b"").decode()
    return {"tender": tender, "key": key, "reference": bidding.next_reference(invitation, secret), "variant": variant, "marked": marked(variant)}


def _known(invitation: TenderInvitation, version: TenderVersion, variant: int) -> dict[str, object]:
    """Return what the module has to know of the documents to write a bid."""
    return {
        "bidder": invitation.name,
        "variant": variant,
        "positions": [
            {
                "id": position.id,
                "number": asked.number,
                "text": asked.text,
                "unit": asked.unit,
                "quantity": f"{asked.quantity:f}",
                "fingerprint": asked.fingerprint,
                "lot": asked.lot,
                "essential": asked.is_essential,
            }
            for position in version.positions
            for asked in [checked_position(position)]
        ],
        "lots": sorted({position.tender_lot.number for position in version.positions}),
        "places": list(places_of(version).items()),
        "criteria": [(criterion.id, criterion.name) for criterion in version.criteria],
        "combinations": version.combinations if version.packages_admitted else [],
        "declarations": list(DECLARATIONS),
    }


@blueprint.route("/<int:tender_id>/schluessel.json")
@public
def public_key(tender_id: int) -> ResponseReturnValue:
    """Hand out the key file to an invited firm."""
    return key_file(held_invitation(tender_id).tender)
