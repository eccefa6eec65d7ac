"""Pages of a bundle: list, open, show, match, freeze, hand out the bill of quantities."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.jobs import find_job
from commons.permissions import Permission
from commons.sign_in import language_of_reader
from cooperation.queries import get_measure, measure_choices
from procurement import bundling
from procurement.forms.bundles import AddForm, OpenForm, ThawForm
from procurement.models import Bundle, Lot, PurchaseRequest
from procurement.queries import bundles as queries
from procurement.queries import wording
from procurement.queries.bundles import PositionRow
from procurement.queries.estimates import worth_of
from procurement.queries.handovers import participations
from procurement.stages import CHANGE_NAMES, LOT_KIND_NAMES, BundleStage
from procurement.views.coming_back import comes_back
from procurement.views.files import SHEET_TYPE, handed_out
from procurement.views.paging import page_asked, pages_for, part_of
from procurement.views.wording import unit_name

blueprint = Blueprint("bundling", __name__, url_prefix="/beschaffung/buendel")
P = Permission


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "badge": wording.bundle_badge,
        "unit_name": unit_name,
        "may": current_actor.may,
        "P": Permission,
        "change_names": CHANGE_NAMES,
        "lot_kinds": LOT_KIND_NAMES,
        "stages": BundleStage,
    }


@blueprint.route("/")
@permission_required(P.BUNDLE_READ)
def list_bundles() -> ResponseReturnValue:
    """Show the bundles in which the own municipality takes part."""
    return render_template("procurement/list_bundles.html", found=queries.bundles(current_actor), own=current_actor.municipality_id)


@blueprint.route("/neu")
@permission_required(P.BUNDLE_EDIT)
def choose_measure() -> ResponseReturnValue:
    """Choose the measure for which a bundle is opened, with what is approved for each."""
    choices = measure_choices(current_actor, "procurement", language=language_of_reader())
    measures = [(number, title, len(queries.requests_to_bundle(number, current_actor))) for number, title in choices]
    return render_template("procurement/choose_measure.html", measures=sorted(measures, key=lambda row: -row[2]))


@blueprint.route("/neu/<int:measure_id>", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def open_bundle(measure_id: int) -> ResponseReturnValue:
    """Open a bundle with approved requests of a measure."""
    form, waiting = OpenForm(), queries.requests_to_bundle(get_measure(measure_id, current_actor).id, current_actor)
    form.request_ids.choices = [(row.id, _headline(row)) for row in waiting]
    if request.method == "GET":
        form.request_ids.data = [row.id for row in waiting]
    if form.validate_on_submit():
        try:
            terms = {"term": form.term, "freeze_on": form.freeze_on.data, "request_ids": form.request_ids.data}
            opened = write(bundling.open_bundle, form.title.data, measure_id=measure_id, by=current_actor, **terms)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_bundle", bundle_id=opened.id))
    takes_part = current_actor.municipality_id in participations(measure_id)
    return render_template("procurement/open_bundle.html", form=form, waiting=waiting, measure_id=measure_id, takes_part=takes_part), form.status


def _headline(row: PurchaseRequest) -> str:
    return f"{row.municipality.name}: {row.title}"


@blueprint.route("/<int:bundle_id>")
@permission_required(P.BUNDLE_READ)
def show_bundle(bundle_id: int) -> ResponseReturnValue:
    """Show positions with totals per municipality, and the next step."""
    bundle = queries.get_bundle(bundle_id, current_actor)
    counts, page = queries.counts_by_lot(bundle), page_asked()
    count = sum(counts.values())
    return render_template(
        "procurement/show_bundle.html",
        bundle=bundle,
        buyers=queries.buyers(bundle),
        by_lot=_by_lot(bundle, queries.position_rows(bundle, current_actor, part=part_of(page))),
        count=count,
        page=page,
        pages=pages_for(count),
        without_lot=counts.get(None, 0),
        **_work_at(bundle),
    )


def _work_at(bundle: Bundle) -> dict[str, object]:
    """Return what is still to do, and for the lead what it is worth and what has changed."""
    leads = queries.leads(bundle, current_actor)
    return {
        "leads": leads,
        "worth": worth_of(bundle) if leads else None,
        "waiting": queries.count_open_proposals(bundle),
        "lines": bundling.count_lines(bundle),
        "job": find_job(bundle.job_id, by=current_actor) if bundle.job_id else None,
        "changes": queries.changes_of(bundle, most=10) if leads else [],
        "more": queries.requests_to_bundle(bundle.measure_id, current_actor) if leads and bundle.stage is BundleStage.OPEN else [],
    }


def _by_lot(bundle: Bundle, rows: list[PositionRow]) -> list[tuple[Lot | None, list[PositionRow]]]:
    grouped = [(lot, [row for row in rows if row.lot_id == (lot.id if lot else None)]) for lot in (*bundle.lots, None)]
    return [(lot, held) for lot, held in grouped if held]


@blueprint.route("/<int:bundle_id>/meldungen", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def add_requests(bundle_id: int) -> ResponseReturnValue:
    """Take more approved requests into an open bundle, or let one go."""
    form, bundle = AddForm(), queries.get_led_bundle(bundle_id, current_actor)
    form.request_ids.choices = [(row.id, _headline(row)) for row in queries.requests_to_bundle(bundle.measure_id, current_actor)]
    if form.validate_on_submit():
        try:
            write(bundling.add_requests, bundle_id, form.request_ids.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_bundle", bundle_id=bundle_id))
    return render_template("procurement/add_requests.html", form=form, bundle=queries.get_led_bundle(bundle_id, current_actor)), form.status


@blueprint.route("/<int:bundle_id>/meldungen/<int:request_id>/herausnehmen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def release_request(bundle_id: int, request_id: int) -> ResponseReturnValue:
    """Let a request leave the bundle."""
    write(bundling.release_request, bundle_id, request_id, by=current_actor)
    flash(gettext("Die Bedarfsmeldung ist wieder frei."), "success")
    return redirect(url_for(".show_bundle", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/abgleichen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def match(bundle_id: int) -> ResponseReturnValue:
    """Compare the lines; a large bundle is matched in the background."""
    bundle = queries.get_led_bundle(bundle_id, current_actor)
    if bundling.count_lines(bundle) > bundling.LONG_LINES:
        write(bundling.start_matching, bundle_id, by=current_actor)
        return redirect(url_for(".show_bundle", bundle_id=bundle_id))
    change = bundling.match_bundle(bundle_id, by=current_actor)
    flash(change.said.said(gettext), "success")
    return redirect(url_for(".review", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/festschreiben", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def freeze(bundle_id: int) -> ResponseReturnValue:
    """Freeze the bundle."""
    write(bundling.freeze, bundle_id, by=current_actor)
    flash(gettext("Die Bündelung ist festgeschrieben. Alle Käufer haben einen Brief bekommen."), "success")
    return redirect(url_for(".show_bundle", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/oeffnen", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def thaw(bundle_id: int) -> ResponseReturnValue:
    """Open a frozen bundle again, with a reason."""
    form = ThawForm()
    if form.validate_on_submit():
        try:
            write(bundling.thaw, bundle_id, reason=form.reason.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_bundle", bundle_id=bundle_id))
    return render_template("procurement/thaw.html", form=form, bundle=queries.get_led_bundle(bundle_id, current_actor)), form.status


@blueprint.route("/<int:bundle_id>/leistungsverzeichnis.xlsx")
@permission_required(P.BUNDLE_READ)
def bill_sheet(bundle_id: int) -> ResponseReturnValue:
    """Hand out the bill of quantities as Excel."""
    bundle = queries.get_bundle(bundle_id, current_actor)
    return handed_out(bundling.bill_sheet_of(bundle, by=current_actor), name=f"leistungsverzeichnis-{bundle.id}.xlsx", media_type=SHEET_TYPE)


@blueprint.route("/<int:bundle_id>/leistungsverzeichnis.pdf")
@permission_required(P.BUNDLE_READ)
def bill_document(bundle_id: int) -> ResponseReturnValue:
    """Hand out the bill of quantities as an accessible PDF."""
    bundle = queries.get_bundle(bundle_id, current_actor)
    return handed_out(bundling.bill_document_of(bundle, by=current_actor), name=f"leistungsverzeichnis-{bundle.id}.pdf", media_type="application/pdf")
