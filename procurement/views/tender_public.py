"""The public pages: running tenders without sign-in, and the personal link of a supplier."""

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import clock
from commons.access import public
from commons.calendar_days import berlin
from commons.database import write
from commons.errors import NotFound
from procurement import tendering
from procurement.exchange import tender_key
from procurement.exchange.tender_key import TenderKey
from procurement.forms.bidding import LinkForm
from procurement.models import Tender, TenderInvitation
from procurement.queries import tender_documents as documents
from procurement.queries import tenders as queries
from procurement.queries.bids import get_invitation
from procurement.queries.tender_values import procedure_name
from procurement.receipt_key import receipt_keys
from procurement.rules.sealing import key_print
from procurement.tender_stages import TenderStage
from procurement.views.acting import is_done
from procurement.views.tendering import handed_file
from procurement.views.wording import unit_name

blueprint = Blueprint("tender_public", __name__)
HELD = "bidding"


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {"procedure_name": procedure_name, "unit_name": unit_name, "stages": TenderStage}


@blueprint.route("/ausschreibungen")
@public
def list_public() -> ResponseReturnValue:
    """Show the public tenders whose bids are awaited."""
    return render_template("procurement/tenders/list_public.html", found=queries.public_tenders())


@blueprint.route("/ausschreibungen/<int:tender_id>", methods=["GET", "POST"])
@public
def show_public(tender_id: int) -> ResponseReturnValue:
    """Show a public tender with its documents and answers, and send the personal link to whoever wants to bid."""
    tender, form = queries.get_public_tender(tender_id), LinkForm()
    if is_done(form, lambda: write(tendering.ask_for_link, tender_id, form.name.data, form.address.data)):
        flash(gettext("Der persönliche Verweis ist unterwegs. Bitte sehen Sie in Ihrem Posteingang nach."), "success")
        return redirect(url_for(".show_public", tender_id=tender_id))
    version, answers = documents.current_version(tender), documents.answers_for_all(tender)
    versions = documents.versions_of(tender)
    return render_template("procurement/tenders/show_public.html", form=form, tender=tender, version=version, versions=versions, answers=answers), form.status


@blueprint.route("/ausschreibungen/<int:tender_id>/unterlagen/<int:number>.pdf")
@public
def public_document(tender_id: int, number: int) -> ResponseReturnValue:
    """Hand out the documents of a version."""
    version = documents.get_version(queries.get_public_tender(tender_id), number)
    if version.document is None:
        raise NotFound
    return handed_file(version.document)


@blueprint.route("/ausschreibungen/<int:tender_id>/preisblatt/<int:number>.xlsx")
@public
def public_sheet(tender_id: int, number: int) -> ResponseReturnValue:
    """Hand out the price sheet of a version."""
    version = documents.get_version(queries.get_public_tender(tender_id), number)
    if version.sheet is None:
        raise NotFound
    return handed_file(version.sheet)


@blueprint.route("/ausschreibungen/<int:tender_id>/schluessel.json")
@public
def public_key(tender_id: int) -> ResponseReturnValue:
    """Hand out what a bidder needs to seal a bid with the own program."""
    return key_file(queries.get_public_tender(tender_id))


@blueprint.route("/angebot/einladung/<secret>")
@public
def enter(secret: str) -> ResponseReturnValue:
    """Take the personal link into the browser's session, so that its secret stands in no further address."""
    invitation = get_invitation(secret)
    session[HELD] = {**session.get(HELD, {}), str(invitation.tender_id): secret}
    return redirect(url_for("bidding.show_bid", tender_id=invitation.tender_id))


def key_file(tender: Tender) -> ResponseReturnValue:
    """Return the key file of a tender, with the print that people compare."""
    if tender.public_key is None or tender.version == 0:
        raise NotFound
    key = TenderKey(tender=str(tender.id), version=tender.version, public=tender.public_key, receipts=receipt_keys()[1])
    return Response(tender_key.write(key, key_print=key_print(tender.public_key)), mimetype="application/json")


def held_secret(tender_id: int) -> str:
    """Return the secret of the link that this browser came in by."""
    secret = session.get(HELD, {}).get(str(tender_id))
    if not isinstance(secret, str):
        raise NotFound
    return secret


def held_invitation(tender_id: int) -> TenderInvitation:
    """Return the firm whose link this browser came in by."""
    return get_invitation(held_secret(tender_id))


def servers_time() -> str:
    """Return the server's clock to the second, for the page where a bid is handed in."""
    return f"{berlin(clock.now()):%d.%m.%Y, %H:%M:%S}"
