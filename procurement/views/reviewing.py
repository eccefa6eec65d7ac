"""Pages to decide what is the same article: the review queue, one position, undo."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import RuleBroken
from commons.forms import Form
from commons.permissions import Permission
from procurement import bundling
from procurement.forms.bundles import EstimateForm, LinesForm, NameForm, RatioForm
from procurement.models import Bundle, BundleChange, BundlePosition, PurchaseRequestLine
from procurement.queries import bundles as queries
from procurement.queries.estimates import estimates_in
from procurement.views.acting import is_done
from procurement.views.bundling import blueprint
from procurement.views.coming_back import comes_back
from procurement.views.wording import unit_name

P = Permission
SHOWN = 20
TARGETS = 200


@blueprint.route("/<int:bundle_id>/pruefen")
@permission_required(P.BUNDLE_EDIT)
def review(bundle_id: int) -> ResponseReturnValue:
    """Show the proposals that wait for a decision, the most certain first, and the latest steps to take back."""
    return _review_page(queries.get_led_bundle(bundle_id, current_actor))


def _review_page(bundle: Bundle, refused: tuple[int, RatioForm] | None = None) -> str:
    """Show the queue; a refused ratio stands in its proposal as it was typed."""
    waiting = queries.open_proposals(bundle)
    shown = waiting[:SHOWN]
    ratios = bundling.ratios_of(bundle, shown)
    forms = {number: RatioForm(formdata=None, amount=ratio.amount, prefix=f"p{number}-") for number, ratio in ratios.items()}
    if refused is not None:
        forms[refused[0]] = refused[1]
    page = {"waiting": shown, "count": len(waiting), "ratios": ratios, "ratio_forms": forms}
    form = refused[1] if refused else None
    return render_template("procurement/review.html", bundle=bundle, changes=queries.changes_of(bundle, most=10), form=form, **page)


@blueprint.route("/<int:bundle_id>/pruefen/<int:proposal_id>", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def decide(bundle_id: int, proposal_id: int) -> ResponseReturnValue:
    """Confirm or refuse a proposal."""
    form = RatioForm(prefix=f"p{proposal_id}-")
    change = (
        _confirmed(bundle_id, proposal_id, form) if request.form.get("decision") == "same" else write(bundling.refuse, bundle_id, proposal_id, by=current_actor)
    )
    if change is None:
        return _review_page(queries.get_led_bundle(bundle_id, current_actor), (proposal_id, form)), form.status
    flash(change.said.said(gettext), "success")
    return redirect(url_for(".review", bundle_id=bundle_id, _anchor="vorschlaege"))


def _confirmed(bundle_id: int, proposal_id: int, form: RatioForm) -> BundleChange | None:
    """Confirm a proposal; None where its ratio is missing or cannot be read, the form then says so."""
    if not form.validate():
        return None
    try:
        return write(bundling.confirm, bundle_id, proposal_id, amount=form.amount.data, by=current_actor)
    except (bundling.RatioMissing, bundling.RatioNotPositive) as broken:
        form.refuse(broken)
        return None


@blueprint.route("/<int:bundle_id>/schritte/<int:change_id>/rueckgaengig", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def undo(bundle_id: int, change_id: int) -> ResponseReturnValue:
    """Take a step back."""
    write(bundling.undo, bundle_id, change_id, by=current_actor)
    flash(gettext("Der Schritt ist rückgängig gemacht."), "success")
    if request.form.get("back") == "review":
        return redirect(url_for(".review", bundle_id=bundle_id, _anchor="vorschlaege"))
    return redirect(url_for(".show_bundle", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/positionen/<int:position_id>", methods=["GET", "POST"])
@permission_required(P.BUNDLE_READ)
def show_position(bundle_id: int, position_id: int) -> ResponseReturnValue:
    """Show the lines of a position, and let the lead take some out or move them."""
    bundle = queries.get_bundle(bundle_id, current_actor)
    position = queries.get_position(bundle, position_id)
    form = _lines_form(bundle, position)
    if form.validate_on_submit():
        try:
            _rearrange(bundle_id, position_id, form)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_bundle", bundle_id=bundle_id))
    return render_position(bundle_id, position_id, lines_form=form), form.status


def _rearrange(bundle_id: int, position_id: int, form: LinesForm) -> None:
    """Take the chosen lines out, or move them where a target was chosen."""
    if form.target_id.data:
        change = write(bundling.move, bundle_id, position_id, form.line_ids.data, target_id=form.target_id.data, by=current_actor)
    else:
        change = write(bundling.split, bundle_id, position_id, form.line_ids.data, by=current_actor)
    flash(change.said.said(gettext), "success")


def _lines_form(bundle: Bundle, position: BundlePosition) -> LinesForm:
    form = LinesForm()
    form.line_ids.choices = [(line.id, _line_words(line)) for line in queries.lines_in(position, bundle, current_actor)]
    targets, form.has_more = queries.move_targets(bundle, position, search_text(), most=TARGETS)
    form.target_id.choices = [(0, gettext("eine neue Position")), *targets]
    return form


def search_text() -> str:
    """Return the words by which a position is sought."""
    return " ".join(request.args.get("suche", "").split())[:100]


def _line_words(line: PurchaseRequestLine) -> str:
    return f"{line.request.municipality.name}: {line.text}"


def render_position(bundle_id: int, position_id: int, **forms: Form) -> str:
    """Render the page of a position; a refused form of it may be handed in."""
    bundle = queries.get_bundle(bundle_id, current_actor)
    position = queries.get_position(bundle, position_id)
    row = next(iter(queries.position_rows(bundle, current_actor, only=position.id)), None)
    page = {"name_form": _name_form(position), "estimate_form": EstimateForm(formdata=None)} | forms
    page.setdefault("lines_form", _lines_form(bundle, position))
    leads = queries.leads(bundle, current_actor)
    return render_template(
        "procurement/show_position.html",
        bundle=bundle,
        position=position,
        row=row,
        lines=queries.lines_in(position, bundle, current_actor),
        asked=queries.asked_in(position),
        buyers=queries.buyers(bundle),
        leads=leads,
        estimate=estimates_in(bundle).get(position.id) if leads else None,
        form=next(iter(forms.values()), page["lines_form"]),
        groups=bundling.product_groups(),
        search=search_text(),
        unit=unit_name(position.base_unit),
        **page,
    )


def _name_form(position: BundlePosition) -> NameForm:
    shown = f"{position.cpv} {bundling.name_of_group(position.cpv)}".strip() if position.cpv else ""
    return NameForm(formdata=None, title=position.title, cpv=shown)


@blueprint.route("/<int:bundle_id>/positionen/<int:position_id>/name", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
def rename_position(bundle_id: int, position_id: int) -> ResponseReturnValue:
    """Name a position as it stands in the bill of quantities, and its product group."""
    form = NameForm()
    if is_done(form, lambda: _rename(bundle_id, position_id, form)):
        return redirect(url_for(".show_position", bundle_id=bundle_id, position_id=position_id))
    return render_position(bundle_id, position_id, name_form=form), form.status


def _rename(bundle_id: int, position_id: int, form: NameForm) -> None:
    cpv = bundling.find_group(form.cpv.data or "")
    write(bundling.rename, bundle_id, position_id, title=form.title.data, cpv=cpv, by=current_actor)
