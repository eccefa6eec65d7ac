"""Pages of the lead of a bundle: who takes part on what ground, and the handover that both sides sign."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound
from commons.permissions import Permission
from procurement import bundling
from procurement.forms.bundles import HandoverForm
from procurement.forms.choosing import choices
from procurement.models import Bundle
from procurement.queries import bundles as queries
from procurement.queries import handovers
from procurement.queries.estimates import shares_of
from procurement.stages import HANDOVER_NAMES, HandoverStage
from procurement.views.acting import is_done, moved_on
from procurement.views.bundling import blueprint
from procurement.views.coming_back import comes_back

P = Permission


@blueprint.route("/<int:bundle_id>/federfuehrung", methods=["GET", "POST"])
@permission_required(P.BUNDLE_EDIT)
def show_lead(bundle_id: int) -> ResponseReturnValue:
    """Show who takes part and who leads; offer the lead to another."""
    form, bundle = HandoverForm(), _visible(bundle_id)
    form.municipality_id.choices = choices((town.id, town.name) for town in handovers.may_lead(bundle))
    if is_done(form, lambda: write(bundling.offer_lead, bundle_id, form.municipality_id.data, reason=form.reason.data, by=current_actor)):
        return moved_on(gettext("Die Federführung ist angeboten. Sie wechselt, sobald die andere Seite annimmt."), url_for(".show_lead", bundle_id=bundle_id))
    page: dict[str, object] = {
        "parts": handovers.participations(bundle.measure_id),
        "buyers": queries.buyers(bundle),
        "names": HANDOVER_NAMES,
        "handover_stages": HandoverStage,
    }
    mine = queries.leads(bundle, current_actor)
    page |= {"leads": mine, "shares": shares_of(bundle) if mine else {}, "found": handovers.handovers_of(bundle)}
    return render_template("procurement/show_lead.html", form=form, bundle=bundle, me=current_actor, **page), form.status


def _visible(bundle_id: int) -> Bundle:
    """Return a bundle of the own municipality, or one whose lead is offered to it."""
    try:
        return queries.get_bundle(bundle_id, current_actor)
    except NotFound:
        return handovers.get_offered_bundle(bundle_id, current_actor)


@blueprint.route("/<int:bundle_id>/federfuehrung/<int:handover_id>/annehmen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def accept_lead(bundle_id: int, handover_id: int) -> ResponseReturnValue:
    """Accept the lead."""
    write(bundling.accept_lead, bundle_id, handover_id, by=current_actor)
    return moved_on(gettext("Ihre Gemeinde führt nun. Alle Käufer haben einen Brief bekommen."), url_for(".show_bundle", bundle_id=bundle_id))


@blueprint.route("/<int:bundle_id>/federfuehrung/<int:handover_id>/ablehnen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def decline_lead(bundle_id: int, handover_id: int) -> ResponseReturnValue:
    """Decline the lead."""
    write(bundling.decline_lead, bundle_id, handover_id, by=current_actor)
    return moved_on(gettext("Die Federführung ist nicht angenommen."), url_for(".list_bundles"))


@blueprint.route("/<int:bundle_id>/federfuehrung/<int:handover_id>/zuruecknehmen", methods=["POST"])
@permission_required(P.BUNDLE_EDIT)
@comes_back
def withdraw_offer(bundle_id: int, handover_id: int) -> ResponseReturnValue:
    """Take the offer back."""
    write(bundling.withdraw_offer, bundle_id, handover_id, by=current_actor)
    return moved_on(gettext("Das Angebot ist zurückgenommen."), url_for(".show_lead", bundle_id=bundle_id))
