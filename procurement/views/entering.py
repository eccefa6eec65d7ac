"""Pages where officers take in what firms sent otherwise: paper bids, unopened, and quotes by sheet or typed in."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.permissions import Permission
from procurement import bidding
from procurement.exchange.bid_file import BidContent
from procurement.forms.bidding import BidForm, PaperForm, SheetForm
from procurement.models import Tender, TenderInvitation
from procurement.queries import bids
from procurement.queries import tenders as queries
from procurement.queries.tender_documents import current_version
from procurement.views.acting import is_done, moved_on
from procurement.views.bid_fields import shown_fields, typed_content
from procurement.views.files import sent_file
from procurement.views.opening import blueprint

P = Permission


@blueprint.route("/<int:tender_id>/firmen/<int:invitation_id>/papier", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def register_paper(tender_id: int, invitation_id: int) -> ResponseReturnValue:
    """Register a paper bid unopened."""
    tender, form = queries.get_led_tender(tender_id, current_actor), PaperForm()
    firm = bidding.get_invited(tender, invitation_id)
    values = {"note": form.note.data or ""}
    if is_done(form, lambda: write(bidding.register_paper, tender_id, invitation_id, received_at=form.received_at, by=current_actor, **values)):
        return moved_on(gettext("Das Papierangebot ist ungeöffnet registriert."), url_for("tendering.choose_firms", tender_id=tender_id))
    return render_template("procurement/tenders/register_paper.html", form=form, tender=tender, firm=firm), form.status


@blueprint.route("/<int:tender_id>/firmen/<int:invitation_id>/angebot", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def enter_bid(tender_id: int, invitation_id: int) -> ResponseReturnValue:
    """Take a firm's filled price sheet: a quote that need not be sealed, or what an opened paper bid says."""
    tender, form = queries.get_led_tender(tender_id, current_actor), SheetForm()
    firm = bidding.get_invited(tender, invitation_id)
    if is_done(form, lambda: _enter(tender, firm, form)):
        return moved_on(gettext("Das Angebot ist eingetragen."), url_for("tendering.choose_firms", tender_id=tender_id))
    return render_template("procurement/tenders/enter_bid.html", form=form, tender=tender, firm=firm), form.status


@blueprint.route("/<int:tender_id>/firmen/<int:invitation_id>/angebot/eingeben", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def enter_prices(tender_id: int, invitation_id: int) -> ResponseReturnValue:
    """Type in what a firm quoted by mail or on the phone, or what an opened paper bid says."""
    tender, form = queries.get_led_tender(tender_id, current_actor), BidForm()
    firm, version = bidding.get_invited(tender, invitation_id), current_version(tender)
    if is_done(form, lambda: _keep(tender, firm, typed_content(firm, version, form))):
        return moved_on(gettext("Das Angebot ist eingetragen."), url_for("tendering.choose_firms", tender_id=tender_id))
    fields = shown_fields(version, bidding.empty_content(firm, version))
    return render_template("procurement/tenders/enter_prices.html", form=form, tender=tender, firm=firm, version=version, **fields), form.status


def _enter(tender: Tender, firm: TenderInvitation, form: SheetForm) -> None:
    version = current_version(tender)
    _keep(tender, firm, bidding.content_from_sheet(sent_file(form.file.data)[2], firm, version, before=bidding.empty_content(firm, version)))


def _keep(tender: Tender, firm: TenderInvitation, content: BidContent) -> None:
    paper = next((bid for bid in bids.waiting_paper_bids(tender) if bid.invitation_id == firm.id), None)
    if paper is not None:
        write(bidding.enter_paper, tender.id, paper.id, content, by=current_actor)
    else:
        write(bidding.enter_quote, tender.id, firm.id, content, by=current_actor)
