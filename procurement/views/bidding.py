"""Pages of a supplier: write a bid, see every finding, hand it in sealed, withdraw it, ask."""

import json
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import clock
from commons.access import public
from commons.database import write
from commons.errors import NotFound, RuleBroken
from procurement import bidding, tendering
from procurement.bid_content import check_content
from procurement.bid_reading import places_of
from procurement.forms.bidding import BidForm, QuestionForm, SheetForm
from procurement.models import Bid, TenderInvitation
from procurement.queries import bids as queries
from procurement.queries import tender_documents as documents
from procurement.queries.tenders import SEALED
from procurement.rules.bid_check import Weight
from procurement.tender_stages import BID_STAGE_NAMES, BidChannel, BidStage, TenderStage
from procurement.views.acting import clock_of, is_done, moved_on
from procurement.views.bid_fields import shown_fields, typed_content
from procurement.views.files import sent_file
from procurement.views.tender_public import held_invitation, held_secret, servers_time
from procurement.views.tendering import handed_file
from procurement.views.wording import unit_name

blueprint = Blueprint("bidding", __name__, url_prefix="/angebot")


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "unit_name": unit_name,
        "stages": TenderStage,
        "bid_stage_names": BID_STAGE_NAMES,
        "sealed": SEALED,
        "weights": Weight,
        "servers_time": servers_time,
        "places_of": places_of,
    }


@blueprint.after_request
def _keep_nowhere(response: Response) -> Response:
    """Let no cache and no history keep what a bidder writes."""
    response.headers["Cache-Control"] = "no-store"
    return response


def chosen_variant() -> int:
    """Return the number of the variant that a page is about, 0 for the main bid."""
    number = request.args.get("nebenangebot", 0, type=int)
    if not 0 <= number <= bidding.MOST_VARIANTS:
        raise NotFound
    return number


def marked(variant: int) -> dict[str, Any]:
    """Return what keeps the address on the pages of a variant."""
    return {"nebenangebot": variant} if variant else {}


def page_of_bid(tender_id: int) -> str:
    """Return the address of a firm's own page."""
    return url_for("bidding.show_bid", tender_id=tender_id)


@blueprint.route("/<int:tender_id>")
@public
def show_bid(tender_id: int) -> ResponseReturnValue:
    """Show a firm its own way: documents, answers, draft, what was handed in."""
    invitation = held_invitation(tender_id)
    tender = invitation.tender
    return render_template(
        "procurement/tenders/show_bid.html",
        tender=tender,
        version=documents.current_version(tender),
        versions=documents.versions_of(tender),
        answers=documents.answers_for_all(tender),
        draft=bidding.load_draft(invitation, secret=held_secret(tender_id)),
        sheet_form=SheetForm(formdata=None),
        question_form=QuestionForm(formdata=None),
        **_own_bids(invitation),
        **clock_of(tender),
    )


def _own_bids(invitation: TenderInvitation) -> dict[str, object]:
    """Return what the firm has handed in, and whether it rests on documents that have changed since."""
    own = queries.find_own_bid(invitation)
    is_old = own is not None and bidding.is_on_old_version(own, invitation.tender)
    variants = {
        "own_variants": queries.own_variants(invitation),
        "next_variant": bidding.next_variant(invitation, documents.current_version(invitation.tender)),
    }
    return {"invitation": invitation, "own": own, "bids": queries.own_bids(invitation), "is_old": is_old, **variants}


@blueprint.route("/<int:tender_id>/schreiben", methods=["GET", "POST"])
@public
def write_bid(tender_id: int) -> ResponseReturnValue:
    """Write prices and terms; the draft is sealed to the link."""
    invitation, form, variant = held_invitation(tender_id), BidForm(), chosen_variant()
    version, secret = documents.current_version(invitation.tender), held_secret(tender_id)
    draft = bidding.load_draft(invitation, secret=secret, variant=variant) or bidding.empty_content(invitation, version)
    if request.method == "GET":
        form.show(draft)
    if is_done(form, lambda: write(bidding.save_draft, invitation.id, typed_content(invitation, version, form), secret=secret, variant=variant)):
        return redirect(url_for(".check", tender_id=tender_id, **marked(variant)))
    fields = shown_fields(version, draft) | {"variant": variant, "marked": marked(variant)}
    return render_template("procurement/tenders/write_bid.html", form=form, tender=invitation.tender, version=version, **fields), form.status


@blueprint.route("/<int:tender_id>/preisblatt", methods=["POST"])
@public
def upload_sheet(tender_id: int) -> ResponseReturnValue:
    """Read a filled price sheet into the draft; the file stays in memory."""
    invitation, form, secret = held_invitation(tender_id), SheetForm(), held_secret(tender_id)
    version = documents.current_version(invitation.tender)
    before = bidding.load_draft(invitation, secret=secret) or bidding.empty_content(invitation, version)
    if form.validate_on_submit():
        try:
            content = bidding.content_from_sheet(sent_file(form.file.data)[2], invitation, version, before=before)
            write(bidding.save_draft, invitation.id, content, secret=secret)
        except RuleBroken as broken:
            flash(broken.message.said(gettext), "danger")
        else:
            return redirect(url_for(".check", tender_id=tender_id))
    return redirect(page_of_bid(tender_id))


@blueprint.route("/<int:tender_id>/pruefen")
@public
def check(tender_id: int) -> ResponseReturnValue:
    """Show every finding before a bid is handed in."""
    invitation, variant = held_invitation(tender_id), chosen_variant()
    draft = bidding.load_draft(invitation, secret=held_secret(tender_id), variant=variant)
    if draft is None:
        return redirect(page_of_bid(tender_id))
    version = documents.current_version(invitation.tender)
    shown = {"draft": draft, "checked": check_content(version, draft), "marked": marked(variant), "mark": bidding.mark_of(draft, version)}
    return render_template("procurement/tenders/check_bid.html", tender=invitation.tender, version=version, **shown)


@blueprint.route("/<int:tender_id>/abgeben", methods=["POST"])
@public
def hand_in(tender_id: int) -> ResponseReturnValue:
    """Hand the draft in as it was read: the moment the request has arrived whole counts."""
    received_at, secret, variant = clock.now(), held_secret(tender_id), chosen_variant()
    invitation = held_invitation(tender_id)
    draft = bidding.load_draft(invitation, secret=secret, variant=variant)
    if draft is None:
        raise NotFound
    mark = bidding.mark_of(draft, documents.current_version(invitation.tender))
    if request.args.get("gelesen", mark) != mark:
        flash(gettext("Ihr Entwurf oder die Unterlagen haben sich inzwischen geändert. Bitte prüfen Sie noch einmal, bevor Sie abgeben."), "warning")
        return redirect(url_for(".check", tender_id=tender_id, **marked(variant)))
    return received(write(bidding.hand_in, secret, draft, channel=BidChannel.WEB, received_at=received_at, variant=variant))


def received(bid: Bid) -> ResponseReturnValue:
    """Say what became of a bid on its arrival."""
    if bid.stage is BidStage.UNOPENED:
        late = gettext("Ihr Angebot ist nach Ablauf der Frist eingegangen. Es wird aufgezeichnet und ausgeschlossen.")
        opened = gettext("Die anderen Angebote waren schon geöffnet. Ihr Angebot bleibt verschlossen, bis zwei Personen darüber entschieden haben.")
        flash(late if bid.is_late else opened, "danger")
        return redirect(page_of_bid(bid.tender_id))
    return moved_on(gettext("Ihr Angebot ist eingegangen. Die Quittung können Sie hier laden."), page_of_bid(bid.tender_id))


@blueprint.route("/<int:tender_id>/zurueckziehen", methods=["POST"])
@public
def withdraw(tender_id: int) -> ResponseReturnValue:
    """Withdraw the own bid before the deadline."""
    write(bidding.withdraw, held_secret(tender_id), at=clock.now(), variant=chosen_variant())
    return moved_on(gettext("Ihr Angebot ist zurückgezogen und wird nicht geöffnet."), page_of_bid(tender_id))


@blueprint.route("/<int:tender_id>/quittung/<reference>.json")
@public
def receipt(tender_id: int, reference: str) -> ResponseReturnValue:
    """Hand out a signed receipt."""
    bid = next((one for one in queries.own_bids(held_invitation(tender_id)) if one.reference == reference), None)
    if bid is None or bid.receipt is None:
        raise NotFound
    return Response(json.dumps(bid.receipt, indent=2, ensure_ascii=False), mimetype="application/json")


@blueprint.route("/<int:tender_id>/fragen", methods=["GET", "POST"])
@public
def ask(tender_id: int) -> ResponseReturnValue:
    """Ask about the documents; the answer goes to all alike."""
    invitation, form = held_invitation(tender_id), QuestionForm()
    if is_done(form, lambda: write(tendering.ask, tender_id, form.text.data, invitation_id=invitation.id)):
        return moved_on(gettext("Ihre Frage ist angekommen. Die Antwort bekommen alle, ohne Ihren Namen."), page_of_bid(tender_id))
    return render_template("procurement/tenders/ask.html", form=form, tender=invitation.tender), form.status


@blueprint.route("/<int:tender_id>/unterlagen/<int:number>.<kind>")
@public
def document(tender_id: int, number: int, kind: str) -> ResponseReturnValue:
    """Hand out documents or price sheet of a version to an invited firm."""
    version = documents.get_version(held_invitation(tender_id).tender, number)
    stored = {"pdf": version.document, "xlsx": version.sheet}.get(kind)
    if stored is None:
        raise NotFound
    return handed_file(stored)
