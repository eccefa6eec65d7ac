"""Pages of an officer's own key: make it, print the sheet, set a new passphrase, report it lost."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons.access import current_actor, fresh_sign_in_required, permission_required
from commons.database import write
from commons.permissions import Permission
from procurement import opening
from procurement.forms.opening import KeyForm, LostForm, RenewForm
from procurement.queries import officers
from procurement.rules.sealing import key_print
from procurement.views.acting import is_done, moved_on

blueprint = Blueprint("officer_keys", __name__, url_prefix="/beschaffung/schluessel")
P = Permission


@blueprint.route("/")
@permission_required(P.TENDER_OPEN)
def show_key() -> ResponseReturnValue:
    """Show the own key, never its secret."""
    key = officers.find_own_key(current_actor)
    return render_template("procurement/tenders/show_key.html", key=key, print=key_print(key.public_key) if key else None)


@blueprint.route("/neu", methods=["GET", "POST"])
@permission_required(P.TENDER_OPEN)
@fresh_sign_in_required
def make_key() -> ResponseReturnValue:
    """Make the own key; the code for the safe is shown once, on the answer itself."""
    form, made = KeyForm(), []
    if is_done(form, lambda: made.append(write(opening.make_key, form.passphrase.data, by=current_actor))):
        return render_template("procurement/tenders/recovery_sheet.html", made=made[0], person=current_actor.person_name), 200, {"Cache-Control": "no-store"}
    return render_template("procurement/tenders/make_key.html", form=form), form.status


@blueprint.route("/kennwort", methods=["GET", "POST"])
@permission_required(P.TENDER_OPEN)
@fresh_sign_in_required
def renew() -> ResponseReturnValue:
    """Set a new passphrase with the code from the safe."""
    form = RenewForm()
    if is_done(form, lambda: write(opening.renew_passphrase, form.code.data, form.passphrase.data, by=current_actor)):
        return moved_on(gettext("Das neue Kennwort gilt. Der Schlüssel ist derselbe geblieben."), url_for(".show_key"))
    return render_template("procurement/tenders/renew_key.html", form=form), form.status


@blueprint.route("/verloren", methods=["GET", "POST"])
@permission_required(P.TENDER_OPEN)
@fresh_sign_in_required
def report_lost() -> ResponseReturnValue:
    """Report the own key as lost."""
    form = LostForm()
    if is_done(form, lambda: write(opening.report_lost, form.reason.data, by=current_actor)):
        return moved_on(gettext("Der Schlüssel gilt nicht mehr. Die Beteiligten haben einen Brief bekommen."), url_for(".show_key"))
    return render_template("procurement/tenders/lose_key.html", form=form), form.status
