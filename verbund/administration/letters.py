"""The outbox of the own municipality: what did not arrive, what waits for the printer."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import jobs, letters
from commons.access import current_actor, permission_required
from commons.database import write
from commons.letters import Letter, LetterStage
from commons.permissions import Permission
from commons.sending import full_link
from commons.words import Message, say
from verbund.administration.place import blueprint

READ = Permission.LETTER_READ
STAGES: dict[LetterStage, tuple[Message, str]] = {
    LetterStage.WAITING: (say("wartet"), "info"),
    LetterStage.COLLECTED: (say("kommt mit der täglichen E-Mail"), "info"),
    LetterStage.SENT: (say("verschickt"), "success"),
    LetterStage.FAILED: (say("nicht verschickt"), "danger"),
    LetterStage.BOUNCED: (say("zurückgekommen"), "danger"),
    LetterStage.TO_PRINT: (say("zu drucken"), "warning"),
    LetterStage.PRINTED: (say("gedruckt"), "success"),
}


@blueprint.get("/briefe")
@permission_required(READ)
def list_letters() -> ResponseReturnValue:
    """List the letters of the municipality acted for, first those that somebody must see to."""
    return render_template(
        "administration/letters.html",
        to_see=letters.letters_of(current_actor, (LetterStage.FAILED, LetterStage.BOUNCED)),
        to_print=letters.letters_of(current_actor, (LetterStage.TO_PRINT,)),
        others=letters.letters_of(current_actor, STAGES.keys() - set(letters.TO_SEE), most=100),
        stages=STAGES,
        has_mail_server=bool(current_app.config["MAIL_SERVER_URL"]),
        worker_alive=jobs.is_worker_alive(),
    )


@blueprint.get("/briefe/drucken")
@permission_required(READ)
def print_letters() -> ResponseReturnValue:
    """Show the letters that wait for the printer, one a sheet."""
    waiting = letters.letters_of(current_actor, (LetterStage.TO_PRINT,))
    return render_template("administration/print.html", letters=waiting, full_link=full_link, place=current_actor.organisation_name)


@blueprint.post("/briefe/gedruckt")
@permission_required(READ)
def mark_printed() -> ResponseReturnValue:
    """Note that the letters were printed."""
    wanted = {int(number) for number in request.form.getlist("letter") if number.isdecimal()}
    ours = [letter.id for letter in letters.letters_of(current_actor, (LetterStage.TO_PRINT,), most=10_000) if letter.id in wanted]
    write(letters.mark_printed, ours, by_person_id=current_actor.person_id)
    flash(gettext("Als gedruckt vermerkt: %(count)s", count=len(ours)), "success")
    return redirect(url_for(".list_letters"))


@blueprint.post("/briefe/<int:letter_id>/erneut")
@permission_required(READ)
def send_again(letter_id: int) -> ResponseReturnValue:
    """Send a letter again that failed or came back."""
    write(_send_again, letter_id)
    flash(gettext("Der Brief wird erneut verschickt."), "success")
    return redirect(url_for(".list_letters"))


def _send_again(letter_id: int) -> None:
    letter: Letter = letters.get_letter(letter_id, by=current_actor)
    if letter.stage in {LetterStage.FAILED, LetterStage.BOUNCED} and letter.body:
        letters.send_again(letter)


@blueprint.post("/briefe/<int:letter_id>/auf-papier")
@permission_required(READ)
def put_on_paper(letter_id: int) -> ResponseReturnValue:
    """Print a letter that did not arrive by mail."""
    write(_put_on_paper, letter_id)
    return redirect(url_for(".list_letters"))


def _put_on_paper(letter_id: int) -> None:
    letter = letters.get_letter(letter_id, by=current_actor)
    if letter.stage in {LetterStage.FAILED, LetterStage.BOUNCED} and not letter.confidential:
        letters.mark_to_print(letter.id)
