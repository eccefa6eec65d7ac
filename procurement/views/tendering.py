"""Pages of a tender: the list, grouping, one tender with what is still to be done, cancelling, papers."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.files import StoredFile
from commons.permissions import Permission
from procurement import tendering
from procurement.forms.choosing import choices
from procurement.forms.tendering import CancelForm, CommitForm, GroupForm
from procurement.models import Bundle, Tender
from procurement.queries import bundles, officers, tender_desk, tender_documents, tender_values
from procurement.queries import tenders as queries
from procurement.queries.bids import find_opening, may_see_bids, opened_bids_of, quotes_of
from procurement.rules.procedure import Kind, Procedure
from procurement.tender_stages import BID_CHANNEL_NAMES, BID_STAGE_NAMES, TenderStage
from procurement.views.acting import clock_of, is_done, keys_of, moved_on
from procurement.views.files import handed_out
from procurement.views.wording import unit_name

blueprint = Blueprint("tendering", __name__, url_prefix="/beschaffung/vergaben")
P = Permission
PDF = "application/pdf"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "badge": tender_desk.badge,
        "unit_name": unit_name,
        "may": current_actor.may,
        "P": Permission,
        "stages": TenderStage,
        "procedures": Procedure,
        "channel_names": BID_CHANNEL_NAMES,
        "bid_stage_names": BID_STAGE_NAMES,
        "procedure_name": tender_values.procedure_name,
        "sealed": queries.SEALED,
    }


@blueprint.route("/")
@permission_required(P.TENDER_READ)
def list_tenders() -> ResponseReturnValue:
    """Show the tenders in which the own municipality leads or is named."""
    found = queries.tenders(current_actor)
    steps = {tender.id: tender_desk.next_step_of(tender, current_actor) for tender in found}
    led = [bundle for bundle in bundles.bundles(current_actor) if bundles.leads(bundle, current_actor) and queries.free_lots(bundle)]
    needs_key = tender_desk.needs_key(current_actor)
    return render_template("procurement/tenders/list_tenders.html", found=found, steps=steps, led=led, needs_key=needs_key, own=current_actor.municipality_id)


@blueprint.route("/aus/<int:bundle_id>", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def open_tender(bundle_id: int) -> ResponseReturnValue:
    """Group lots of a bundle into a procurement; the proposal is one a lot, a person decides."""
    form, bundle = GroupForm(), bundles.get_led_bundle(bundle_id, current_actor)
    proposed = tendering.propose_grouping(bundle, by=current_actor)
    form.lot_ids.choices = choices([(group.lots[0].id, f"{group.lots[0].number} {group.title}") for group in proposed])
    if request.method == "GET":
        _fill_in(form, proposed, request.args.get("los", ""))
    if is_done(form, lambda: _open(form, bundle_id)):
        newest = queries.tenders_of(bundle)[-1]
        return moved_on(gettext("Die Vergabe ist eröffnet. Die beteiligten Gemeinden haben einen Brief bekommen."), _page(newest.id))
    return render_template("procurement/tenders/open_tender.html", form=form, **_beside(bundles.get_led_bundle(bundle_id, current_actor))), form.status


def _beside(bundle: Bundle) -> dict[str, object]:
    """Return what stands beside a new procurement: the proposals, all together, what runs already, what may be bought directly."""
    proposed = tendering.propose_grouping(bundle, by=current_actor)
    return {
        "bundle": bundle,
        "proposed": proposed,
        "everything": sum(group.net for group in proposed),
        "held": [(tender, tender_values.estimate_of(tender).net) for tender in queries.tenders_of(bundle) if tender.stage is not TenderStage.CANCELLED],
        "flag": tendering.flag_of_everything(bundle, proposed),
        "small": tendering.small_lots(proposed),
        "limit": tendering.direct_limit(),
    }


def _fill_in(form: GroupForm, proposed: list[tendering.Grouping], lot_id: str) -> None:
    group = next((one for one in proposed if str(one.lots[0].id) == lot_id), None)
    if group is not None:
        form.title.data = form.goods.data = group.title
        form.lot_ids.data = [lot.id for lot in group.lots]
        form.reason.data = group.reason.said(gettext)


def _open(form: GroupForm, bundle_id: int) -> Tender:
    kind, framework = Kind(form.kind.data), bool(form.is_framework.data)
    values = {"lot_ids": form.lot_ids.data, "goods": form.goods.data or "", "reason": form.reason.data or "", "kind": kind, "is_framework": framework}
    return write(tendering.open_tender, form.title.data, bundle_id=bundle_id, by=current_actor, **values)


def _page(tender_id: int) -> str:
    return url_for("tendering.show_tender", tender_id=tender_id)


@blueprint.route("/<int:tender_id>")
@permission_required(P.TENDER_READ)
def show_tender(tender_id: int) -> ResponseReturnValue:
    """Show a tender: what it is, what is still to be done, what was decided."""
    return _shown(queries.get_tender(tender_id, current_actor)), 200


def _shown(tender: Tender) -> str:
    return render_template(
        "procurement/tenders/show_tender.html",
        tender=tender,
        way=tender_desk.way_of(tender),
        version=tender_documents.current_version(tender),
        versions=tender_documents.versions_of(tender),
        unbound=tender_desk.is_unbound(tender, current_actor),
        holds=officers.find_holder(tender, current_actor) is not None,
        open_questions=sum(question.answered_at is None for question in tender_documents.questions_of(tender)),
        bids=opened_bids_of(tender) if may_see_bids(tender, current_actor) else None,
        opening=find_opening(tender),
        **_for_the_lead(tender),
        **keys_of(tender),
        **clock_of(tender),
    )


def _for_the_lead(tender: Tender) -> dict[str, object]:
    """Return what only the lead is shown, and what still stands in the way of publishing."""
    leads, in_preparation = queries.leads(tender, current_actor), tender.stage is TenderStage.DRAFT
    return {
        "leads": leads,
        "estimate": tender_values.estimate_of(tender) if leads else None,
        "gaps": tendering.gaps_before_publication(tender) if in_preparation and leads else [],
        "binding_gaps": tendering.binding_gaps(tender) if in_preparation else [],
        "documented": not in_preparation or tendering.is_documented(tender),
        "needs_firms": in_preparation and tendering.needs_firms(tender),
        "firms": queries.invitations(tender) if leads else [],
        "quotes": quotes_of(tender) if leads else None,
    }


@blueprint.route("/<int:tender_id>/bindung", methods=["GET", "POST"])
@permission_required(P.TENDER_BIND)
def commit(tender_id: int) -> ResponseReturnValue:
    """Enter what binds the own municipality."""
    tender = queries.get_tender(tender_id, current_actor)
    form = CommitForm(obj=queries.get_buyer(tender, current_actor.municipality_id))
    if is_done(form, lambda: write(tendering.commit, tender_id, form.commitment, by=current_actor)):
        return moved_on(gettext("Die Angaben Ihrer Gemeinde sind eingetragen."), _page(tender_id))
    tender = queries.get_tender(tender_id, current_actor)
    share = tender_values.own_estimate_of(tender).by_municipality().get(current_actor.municipality_name)
    return render_template("procurement/tenders/commit.html", form=form, tender=tender, share=share), form.status


@blueprint.route("/<int:tender_id>/aufheben", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def cancel(tender_id: int) -> ResponseReturnValue:
    """Cancel a tender with its reason."""
    form, tender = CancelForm(), queries.get_led_tender(tender_id, current_actor)
    if is_done(form, lambda: write(tendering.cancel, tender_id, reason=form.reason.data or "", by=current_actor)):
        return moved_on(gettext("Das Verfahren ist aufgehoben. Bieter und Gemeinden haben einen Brief bekommen."), _page(tender_id))
    words = (gettext("Verfahren aufheben"), gettext("Die Lose werden wieder frei. Das lässt sich nicht rückgängig machen."))
    return render_template("procurement/tenders/give_reason.html", form=form, tender=tender, words=words), form.status


@blueprint.route("/<int:tender_id>/neu", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def start_again(tender_id: int) -> ResponseReturnValue:
    """Begin anew after a cancellation."""
    form, tender = CancelForm(), queries.get_led_tender(tender_id, current_actor)
    if is_done(form, lambda: write(tendering.start_again, tender_id, reason=form.reason.data or "", by=current_actor)):
        return moved_on(gettext("Die neue Vergabe ist eröffnet."), _page(queries.tenders_of(tender.bundle)[-1].id))
    words = (gettext("Neu beginnen"), gettext("Die neue Vergabe nimmt dieselben Lose. Bitte begründen Sie den neuen Anlauf."))
    return render_template("procurement/tenders/give_reason.html", form=form, tender=tender, words=words), form.status


@blueprint.route("/<int:tender_id>/unterlagen/<int:number>.pdf")
@permission_required(P.TENDER_READ)
def document(tender_id: int, number: int) -> ResponseReturnValue:
    """Hand out the documents of a version; the draft is set anew for those who prepare it."""
    tender = queries.get_tender(tender_id, current_actor)
    version = tender_documents.current_version(tender) if number == 0 else tender_documents.get_version(tender, number)
    content = version.document.content if version.document else tendering.documents_of(tender, version)
    return handed_out(content, name=f"vergabeunterlagen-{tender.id}-{version.number}.pdf", media_type=PDF)


@blueprint.route("/<int:tender_id>/preisblatt/<int:number>.xlsx")
@permission_required(P.TENDER_READ)
def sheet(tender_id: int, number: int) -> ResponseReturnValue:
    """Hand out the price sheet of a version."""
    tender = queries.get_tender(tender_id, current_actor)
    version = tender_documents.current_version(tender) if number == 0 else tender_documents.get_version(tender, number)
    content = version.sheet.content if version.sheet else tendering.price_sheet_of(tender, version)
    return handed_out(content, name=f"preisblatt-{tender.id}-{version.number}.xlsx", media_type=SHEET)


@blueprint.route("/<int:tender_id>/vermerk.pdf")
@permission_required(P.TENDER_READ)
def note(tender_id: int) -> ResponseReturnValue:
    """Hand out the one-page note for the council."""
    tender = queries.get_tender(tender_id, current_actor)
    return handed_out(tendering.note_of(tender), name=f"vermerk-{tender.id}.pdf", media_type=PDF)


@blueprint.route("/<int:tender_id>/wertschaetzung.pdf")
@permission_required(P.TENDER_EDIT)
def estimate_paper(tender_id: int) -> ResponseReturnValue:
    """Hand out the estimate with every summand."""
    tender = queries.get_led_tender(tender_id, current_actor)
    return handed_out(tendering.estimate_paper_of(tender), name=f"wertschaetzung-{tender.id}.pdf", media_type=PDF)


@blueprint.route("/<int:tender_id>/bekanntmachung.xlsx")
@permission_required(P.TENDER_EDIT)
def notice(tender_id: int) -> ResponseReturnValue:
    """Hand out the fields of the notice, to copy."""
    tender = queries.get_led_tender(tender_id, current_actor)
    content = tendering.notice_of(tender, tender_documents.current_version(tender))
    return handed_out(content, name=f"bekanntmachung-{tender.id}.xlsx", media_type=SHEET)


def handed_file(stored: StoredFile) -> ResponseReturnValue:
    """Hand a kept file out."""
    return handed_out(stored.content, name=stored.name, media_type=stored.media_type)
