"""Where the pages of the administration live, and what the first of them shows."""

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from commons import clock_watch, jobs, journal, letters
from commons.access import current_actor, permission_required
from commons.letters import LetterStage
from commons.permissions import Permission

blueprint = Blueprint("administration", __name__, url_prefix="/verwaltung")
P = Permission


@blueprint.get("")
@permission_required(P.PERSON_MANAGE, P.LETTER_READ, P.JOURNAL_READ, P.RULE_VALUE_READ)
def show() -> ResponseReturnValue:
    """Show what there is to administer, and whether the background work runs."""
    length, head = journal.head()
    counts = {stage: letters.count_of(current_actor, stage) for stage in letters.TO_SEE} if current_actor.may(P.LETTER_READ) else {}
    return render_template(
        "administration/show.html",
        actor=current_actor,
        permissions=P,
        stages=LetterStage,
        counts=counts,
        worker_alive=jobs.is_worker_alive(),
        last_pulse=jobs.last_pulse(),
        has_mail_server=bool(current_app.config["MAIL_SERVER_URL"]),
        drifts=clock_watch.drifts(),
        length=length,
        head=head,
    )
