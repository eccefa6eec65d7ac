"""Pages of holders, rehearsal and opening: two officers, one after the other, within one window."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, permission_required
from commons.database import write
from commons.errors import NotFound
from commons.permissions import Permission
from procurement import opening
from procurement.bid_reading import places_of
from procurement.forms.choosing import choices
from procurement.forms.opening import ConfirmForm, RewrapForm
from procurement.forms.tendering import HoldersForm
from procurement.models import OpeningSession, Tender
from procurement.queries import bids, officers
from procurement.queries import tenders as queries
from procurement.queries.wording import unit_name
from procurement.rules.sealing import key_print
from procurement.tender_stages import BID_CHANNEL_NAMES, BID_STAGE_NAMES, LATE_OUTCOME_NAMES, LateOutcome, SessionPurpose, TenderStage
from procurement.views.acting import is_done, keys_of, moved_on
from procurement.views.tendering import handed_file

blueprint = Blueprint("opening", __name__, url_prefix="/beschaffung/vergaben")
P = Permission


@blueprint.context_processor
def _words() -> dict[str, object]:
    return {
        "unit_name": unit_name,
        "places_of": places_of,
        "may": current_actor.may,
        "P": Permission,
        "stages": TenderStage,
        "channel_names": BID_CHANNEL_NAMES,
        "bid_stage_names": BID_STAGE_NAMES,
        "late_names": LATE_OUTCOME_NAMES,
        "admitted": LateOutcome.ADMITTED,
    }


def _page(tender_id: int) -> str:
    return url_for("opening.show_opening", tender_id=tender_id)


@blueprint.route("/<int:tender_id>/schluessel", methods=["GET", "POST"])
@permission_required(P.TENDER_EDIT)
def name_holders(tender_id: int) -> ResponseReturnValue:
    """Name the officers who can open."""
    tender, form = queries.get_led_tender(tender_id, current_actor), HoldersForm()
    possible = officers.officers_to_name(tender)
    form.key_ids.choices = choices([(key.id, f"{key.person.name}, {key.person.employer.name}") for key in possible])
    if is_done(form, lambda: write(opening.name_holders, tender_id, form.key_ids.data or [], by=current_actor)):
        return moved_on(gettext("Der Schlüssel ist verteilt. Bitte proben Sie jetzt die Öffnung."), _page(tender_id))
    holders = officers.holders_of(queries.get_led_tender(tender_id, current_actor))
    return render_template("procurement/tenders/name_holders.html", form=form, tender=tender, holders=holders, possible=possible), form.status


@blueprint.route("/<int:tender_id>/oeffnung", methods=["GET", "POST"])
@permission_required(P.TENDER_OPEN, P.BID_READ)
def show_opening(tender_id: int) -> ResponseReturnValue:
    """Rehearse before the publication, open after the deadline; each officer confirms with the own passphrase."""
    tender, form = queries.get_tender(tender_id, current_actor), ConfirmForm()
    purpose = SessionPurpose.REHEARSAL if tender.stage is TenderStage.DRAFT else SessionPurpose.OPENING
    if is_done(form, lambda: _confirm(tender, purpose, form)):
        return moved_on(gettext("Ihre Bestätigung ist eingetragen."), _page(tender_id))
    return _shown(queries.get_tender(tender_id, current_actor), purpose, form), form.status


def _confirm(tender: Tender, purpose: SessionPurpose, form: ConfirmForm) -> None:
    if not current_actor.may(P.TENDER_OPEN):
        raise NotFound
    values = {"passphrase": form.passphrase.data, "persons_present": form.persons_present.data or ""}
    begun = officers.find_running_session(tender, purpose)
    act: Callable[..., OpeningSession] = opening.begin if begun is None or begun.first_by.key.person_id == current_actor.person_id else opening.complete
    write(act, tender.id, purpose, by=current_actor, **values)


def _shown(tender: Tender, purpose: SessionPurpose, form: ConfirmForm) -> str:
    return render_template(
        "procurement/tenders/show_opening.html",
        form=form,
        tender=tender,
        purpose=purpose,
        purposes=SessionPurpose,
        begun=officers.find_running_session(tender, purpose),
        holder=officers.find_holder(tender, current_actor),
        later=bids.openings_of(tender)[1:],
        key_print=key_print(tender.public_key) if tender.public_key else None,
        is_over=tender in officers.tenders_to_open(current_actor),
        **keys_of(tender),
        **_of_bids(tender),
    )


def _of_bids(tender: Tender) -> dict[str, object]:
    """Return what came to light and what still waits, to those who may see bids."""
    session, may_see = bids.find_opening(tender), bids.may_see_bids(tender, current_actor)
    return {
        "session": session,
        "entries": bids.entries_of(session) if session and may_see else [],
        "paper": bids.waiting_paper_bids(tender) if may_see else [],
        "late": bids.late_bids(tender) if may_see else [],
        "has_addendum": may_see and bool(bids.arrived_after_opening(tender)),
        "waiting": bids.admitted_waiting(tender) if may_see else [],
        "firms": queries.invitations(tender) if may_see and queries.leads(tender, current_actor) else [],
    }


@blueprint.route("/<int:tender_id>/oeffnung/niederschrift.pdf")
@permission_required(P.BID_READ)
def protocol(tender_id: int) -> ResponseReturnValue:
    """Hand out the protocol of the opening."""
    session = bids.find_opening(queries.get_recorded_tender(tender_id, current_actor))
    if session is None or session.protocol is None:
        raise NotFound
    return handed_file(session.protocol)


@blueprint.route("/<int:tender_id>/oeffnung/<int:session_id>/niederschrift.pdf")
@permission_required(P.BID_READ)
def later_protocol(tender_id: int, session_id: int) -> ResponseReturnValue:
    """Hand out the protocol of one of several openings."""
    tender = queries.get_recorded_tender(tender_id, current_actor)
    session = next((one for one in bids.openings_of(tender) if one.id == session_id), None)
    if session is None or session.protocol is None:
        raise NotFound
    return handed_file(session.protocol)


@blueprint.route("/<int:tender_id>/schluessel/neu-verteilen", methods=["GET", "POST"])
@permission_required(P.TENDER_OPEN)
def rewrap(tender_id: int) -> ResponseReturnValue:
    """Split the key anew when a holder leaves; two others do it together."""
    tender, form = queries.get_tender(tender_id, current_actor), RewrapForm()
    holders, begun = officers.holders_of(tender), officers.find_running_session(tender, SessionPurpose.REWRAP)
    leavers = [(one.id, one.key.person.name) for one in holders if one.key.person_id != current_actor.person_id]
    form.leaver_id.choices = choices([("", gettext("Bitte wählen")), *leavers])
    held = {one.key_id for one in holders}
    joiners = [key for key in officers.officers_to_name(tender) if key.id not in held]
    form.joiner_key_id.choices = choices([("", gettext("niemand")), *((key.id, f"{key.person.name}, {key.person.employer.name}") for key in joiners)])
    if is_done(form, lambda: _rewrap(tender, form)):
        return moved_on(gettext("Ihre Bestätigung ist eingetragen."), _page(tender_id))
    joiner = officers.joiner_of(begun) if begun else None
    return render_template("procurement/tenders/rewrap.html", form=form, tender=tender, begun=begun, joiner=joiner), form.status


def _rewrap(tender: Tender, form: RewrapForm) -> None:
    begun, passphrase = officers.find_running_session(tender, SessionPurpose.REWRAP), form.passphrase.data
    if begun is None or begun.first_by.key.person_id == current_actor.person_id:
        chosen = {"leaver_id": form.leaver_id.data, "joiner_key_id": form.joiner_key_id.data}
        write(opening.begin, tender.id, SessionPurpose.REWRAP, passphrase=passphrase, by=current_actor, **chosen)
    else:
        seen = request.args.get("sitzung", type=int)
        write(opening.complete, tender.id, SessionPurpose.REWRAP, passphrase=passphrase, seen=seen, by=current_actor)


@blueprint.route("/<int:tender_id>/angebote-schliessen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def close_quotes(tender_id: int) -> ResponseReturnValue:
    """Close the quotes of a negotiated award."""
    write(opening.close_quotes, tender_id, by=current_actor)
    return moved_on(gettext("Die Angebote sind geschlossen und können verglichen werden."), url_for("tendering.show_tender", tender_id=tender_id))
