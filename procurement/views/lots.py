"""Pages of lots: propose, name, move positions."""

from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import german_number
from procurement import bundling
from procurement.forms.bundles import LotForm, MoveLotForm, PacksForm
from procurement.models import Bundle
from procurement.queries import bundles as queries
from procurement.queries.estimates import worth_of
from procurement.rules.packs import Pack
from procurement.views.bundling import blueprint
from procurement.views.coming_back import comes_back
from procurement.views.paging import months_asked, page_asked, pages_for, part_of
from procurement.views.wording import unit_name

P = Permission


@blueprint.route("/<int:bundle_id>/lose", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def show_lots(bundle_id: int) -> ResponseReturnValue:
    """Show the lots with their positions and estimated values, and move positions between them."""
    bundle, form = queries.get_led_bundle(bundle_id, current_actor), MoveLotForm()
    form.lot_id.choices = [(lot.id, f"{lot.number} {lot.title}") for lot in bundle.lots]
    if form.validate_on_submit():
        try:
            change = write(bundling.move_to_lot, bundle_id, form.position_ids.data, lot_id=form.lot_id.data, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(change.said.said(gettext), "success")
            return redirect(url_for(".show_lots", bundle_id=bundle_id, page=page_asked(), _anchor="verschieben"))
    return _page(queries.get_led_bundle(bundle_id, current_actor), form, LotForm(formdata=None)), form.status


def _page(bundle: Bundle, form: MoveLotForm, lot_form: LotForm) -> str:
    counts, worth, page = queries.counts_by_lot(bundle), worth_of(bundle, months_asked()), page_asked()
    return render_template(
        "procurement/show_lots.html",
        bundle=bundle,
        rows=queries.position_rows(bundle, current_actor, part=part_of(page)),
        counts=counts,
        page=page,
        pages=pages_for(sum(counts.values())),
        values={lot.id: part.net for lot, part in worth.by_lot if lot},
        worth=worth,
        move_form=form,
        lot_form=lot_form,
        form=form,
    )


@blueprint.route("/<int:bundle_id>/lose/vorschlagen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def propose_lots(bundle_id: int) -> ResponseReturnValue:
    """Distribute positions without a lot by trade."""
    change = write(bundling.propose_lots, bundle_id, by=current_actor)
    flash(change.said.said(gettext), "success")
    return redirect(url_for(".show_lots", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/lose/<int:lot_id>/teilen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def split_by_region(bundle_id: int, lot_id: int) -> ResponseReturnValue:
    """Cut a lot by the regions it is delivered to."""
    change = write(bundling.split_by_region, bundle_id, lot_id, by=current_actor)
    flash(change.said.said(gettext), "success")
    return redirect(url_for(".show_lots", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/lose/neu", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def add_lot(bundle_id: int) -> ResponseReturnValue:
    """Add an empty lot."""
    form = LotForm()
    if form.validate_on_submit():
        write(bundling.add_lot, bundle_id, title=form.title.data, by=current_actor)
        return redirect(url_for(".show_lots", bundle_id=bundle_id))
    bundle, move_form = queries.get_led_bundle(bundle_id, current_actor), MoveLotForm(formdata=None)
    move_form.lot_id.choices = [(lot.id, f"{lot.number} {lot.title}") for lot in bundle.lots]
    return _page(bundle, move_form, form), form.status


@blueprint.route("/<int:bundle_id>/lose/<int:lot_id>/entfernen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def remove_lot(bundle_id: int, lot_id: int) -> ResponseReturnValue:
    """Remove an empty lot."""
    write(bundling.remove_lot, bundle_id, lot_id, by=current_actor)
    return redirect(url_for(".show_lots", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/positionen/<int:position_id>/packungen")
@permission_required(P.BUNDLE_EDIT)
def plan_packs(bundle_id: int, position_id: int) -> ResponseReturnValue:
    """Show in which packs a position would be bought together, what is left over and who takes it."""
    bundle = queries.get_led_bundle(bundle_id, current_actor)
    position = queries.get_position(bundle, position_id)
    lines, asked = queries.lines_in(position, bundle, current_actor), queries.asked_in(position)
    packs, form = bundling.packs_of(lines, asked), PacksForm(request.args)
    form.packs.choices = [(place, f"{pack.name} ({german_number(pack.content)} {unit_name(position.base_unit)})") for place, pack in enumerate(packs)]
    if not request.args:
        form.packs.data, form.tolerance.data = list(range(len(packs))), 0
    plan, status = None, 200
    if lines and (not request.args or form.validate()):
        plan = bundling.plan_packs(lines, asked, _terms(form, packs))
    else:
        status = form.status
    return render_template("procurement/plan_packs.html", bundle=bundle, position=position, form=form, plan=plan, unit=unit_name(position.base_unit)), status


def _terms(form: PacksForm, packs: list[Pack]) -> bundling.Terms:
    chosen = [packs[place] for place in form.packs.data or range(len(packs))]
    return bundling.Terms(packs=chosen, tolerance_percent=Decimal(form.tolerance.data or 0), less_is_fine=bool(form.less_is_fine.data))
