"""Pages of an uploaded list: send it, see what was read, settle its faults, take it over."""

from decimal import Decimal

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.database import write
from commons.errors import RuleBroken
from commons.jobs import cancel, find_job
from commons.permissions import Permission
from commons.shipped import FOLDER
from procurement import intake
from procurement.forms.uploads import EmptyForm, UploadForm
from procurement.models import Upload
from procurement.queries import uploads as queries
from procurement.rules.header_words import Field
from procurement.stages import RowKind, UploadStage
from procurement.views import wording
from procurement.views.acting import offer_measures
from procurement.views.coming_back import comes_back
from procurement.views.files import SHEET_TYPE, handed_out, sent_file
from procurement.views.intake import blueprint

P = Permission
ROWS_A_PAGE = 100
YEARS = range(2020, 2100)
FAULTS_SHOWN = 50
SAMPLES = FOLDER / "sample_lists"


@blueprint.route("/bedarf/hochladen", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def upload() -> ResponseReturnValue:
    """Take a demand list in."""
    form = _upload_form()
    if form.validate_on_submit():
        try:
            taken = _take_in(form)
        except intake.SameFile as same:
            flash(same.message.said(gettext), "info")
            return redirect(url_for(".show_upload", upload_id=same.upload_id))
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_upload", upload_id=taken.id))
    return render_template("procurement/upload.html", form=form, samples=_samples(), next_year=today_of(clock.now()).year + 1), form.status


def _samples() -> list[str]:
    """Return the sample lists that a demo offers to try."""
    return sorted(file.name for file in SAMPLES.iterdir() if file.suffix != ".md") if current_app.config["DEMO"] else []


@blueprint.route("/bedarf/beispiele/<name>")
@permission_required(P.DEMAND_SUBMIT)
def sample_list(name: str) -> ResponseReturnValue:
    """Hand out a sample list in a demo."""
    if name not in _samples():
        abort(404)
    return handed_out((SAMPLES / name).read_bytes(), name=name, media_type="application/octet-stream")


def _upload_form() -> UploadForm:
    form = UploadForm(year=today_of(clock.now()).year + 1)
    offer_measures(form.measure_id)
    former = [(row.id, wording.upload_title(row)) for row in queries.replaceable(current_actor)]
    form.replaces_id.choices = [("", gettext("Nein, das ist eine neue Liste")), *former]
    return form


def _take_in(form: UploadForm) -> Upload:
    name, media_type, content = sent_file(form.file.data)
    terms = {"measure_id": form.measure_id.data, "year": form.year.data, "replaces_id": form.replaces_id.data}
    taken = write(intake.take_in, name, media_type=media_type, content=content, by=current_actor, **terms)
    return taken if intake.is_long(taken) else intake.read_list(taken.id, by=current_actor)


@blueprint.route("/hochgeladen/<int:upload_id>")
@permission_required(P.DEMAND_SUBMIT)
def show_upload(upload_id: int) -> ResponseReturnValue:
    """Show what was read and what is to be settled."""
    return _page(queries.get_upload(upload_id, current_actor))


def _page(shown: Upload, form: EmptyForm | None = None) -> str:
    job = find_job(shown.job_id, by=current_actor) if shown.job_id and shown.stage is UploadStage.READING else None
    return render_template(
        "procurement/show_upload.html",
        upload=shown,
        form=form or EmptyForm(formdata=None),
        kinds=RowKind,
        stages=UploadStage,
        job=job,
        requests_of=queries.requests_of(shown),
        words=wording,
        decimal=Decimal,
        asked=intake,
        payers=_payers(shown),
        **_faults_of(shown),
        **_rows_of(shown),
    )


def _faults_of(shown: Upload) -> dict[str, object]:
    """Return what is to be settled, the first faults of many."""
    faults = queries.faults_of(shown)
    hidden = [row for row in queries.hidden_rows(shown) if shown.stage is UploadStage.SETTLING]
    return {"faults": faults[:FAULTS_SHOWN], "open_faults": len(faults), "answers": queries.answers_of(shown), "hidden": hidden}


def _rows_of(shown: Upload) -> dict[str, object]:
    """Return the lines of one page, and the rows that are none."""
    page, counts = max(request.args.get("seite", 1, type=int), 1), queries.counts_of(shown)
    return {
        "counts": counts,
        "page": page,
        "pages": -(-counts[RowKind.LINE] // ROWS_A_PAGE),
        "rows": queries.rows_of(shown, RowKind.LINE, offset=(page - 1) * ROWS_A_PAGE, most=ROWS_A_PAGE),
        "skipped": queries.rows_of(shown, RowKind.SKIPPED),
    }


def _payers(shown: Upload) -> dict[str, str]:
    """Return the names of those who may pay where the list has a column for them, or its sender acts for several."""
    has_column = any(column["field"] == intake.PAYER for table in shown.mapping for column in table["columns"])
    mine = intake.acts_for(current_actor)
    ordered = sorted(intake.towns(), key=lambda town: (town.id not in mine, town.name))
    return {town.key: town.name for town in ordered} if has_column or len(mine) > 1 else {}


@blueprint.route("/bedarf/vorlage-<int(min=2020, max=2100):year>.xlsx")
@permission_required(P.DEMAND_SUBMIT)
def fill_in_list(year: int) -> ResponseReturnValue:
    """Hand out the fill-in list with last year's lines."""
    if year not in YEARS:
        abort(404)
    return handed_out(intake.fill_in_list(year, by=current_actor), name=f"bedarf-{year}.xlsx", media_type=SHEET_TYPE)


@blueprint.route("/hochgeladen/<int:upload_id>/antworten", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def answer(upload_id: int) -> ResponseReturnValue:
    """Keep the answers to faults and read the list again with them."""
    shown = queries.get_upload(upload_id, current_actor)
    given = intake.answers_from(queries.faults_of(shown), request.form)
    hidden = request.form.getlist("hidden", type=int)
    if not given and not hidden:
        flash(gettext("Sie haben noch keine Antwort gewählt."), "warning")
        return _page(shown), 422
    write(intake.answer, upload_id, given, hidden=hidden, by=current_actor)
    return _read_again(upload_id)


@blueprint.route("/hochgeladen/<int:upload_id>/antworten/<int:answer_id>/zuruecknehmen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def withdraw_answer(upload_id: int, answer_id: int) -> ResponseReturnValue:
    """Take an answer back."""
    write(intake.withdraw_answer, upload_id, answer_id, by=current_actor)
    return _read_again(upload_id)


@blueprint.route("/hochgeladen/<int:upload_id>/zahler", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def name_payer(upload_id: int) -> ResponseReturnValue:
    """Say who pays single lines."""
    rows = request.form.getlist("rows", type=int)
    write(intake.name_payer, upload_id, rows, payer=request.form.get("payer", ""), by=current_actor)
    flash(
        ngettext("Für %(num)s Zeile ist die zahlende Gemeinde gespeichert.", "Für %(num)s Zeilen ist die zahlende Gemeinde gespeichert.", len(rows)), "success"
    )
    return _read_again(upload_id)


@blueprint.route("/hochgeladen/<int:upload_id>/zuordnung", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def correct_mapping(upload_id: int) -> ResponseReturnValue:
    """Correct which column means what."""
    shown, form = queries.get_upload(upload_id, current_actor), EmptyForm()
    if form.validate_on_submit():
        write(intake.correct_mapping, upload_id, _corrections(shown), by=current_actor)
        return _read_again(upload_id)
    return render_template("procurement/correct_mapping.html", upload=shown, form=form, fields=wording.FIELD_NAMES, words=wording), form.status


def _corrections(shown: Upload) -> dict[str, dict[int, str]]:
    corrections: dict[str, dict[int, str]] = {}
    for place, table in enumerate(shown.mapping):
        chosen = {column["number"]: request.form.get(f"column-{place}-{column['number']}", "") for column in table["columns"]}
        corrections[table["signature"]] = {number: field if field in {*Field, intake.PAYER} else Field.IGNORE.value for number, field in chosen.items()}
    return corrections


def _read_again(upload_id: int) -> ResponseReturnValue:
    shown = queries.get_upload(upload_id, current_actor)
    if not intake.is_long(shown):
        intake.read_list(upload_id, by=current_actor)
    return redirect(url_for(".show_upload", upload_id=upload_id))


@blueprint.route("/hochgeladen/<int:upload_id>/uebernehmen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def take_over(upload_id: int) -> ResponseReturnValue:
    """Make a request out of a settled list."""
    made = write(intake.take_over, upload_id, by=current_actor)
    flash(gettext("Die Liste ist übernommen. Prüfen Sie die Zeilen und reichen Sie die Bedarfsmeldung ein."), "success")
    if len(queries.requests_of(queries.get_upload(upload_id, current_actor))) > 1:
        return redirect(url_for(".show_upload", upload_id=upload_id))
    return redirect(url_for(".show_request", request_id=made.id))


@blueprint.route("/hochgeladen/<int:upload_id>/verwerfen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def discard(upload_id: int) -> ResponseReturnValue:
    """Throw a list away that was not taken over."""
    write(intake.discard, upload_id, by=current_actor)
    flash(gettext("Die Liste ist verworfen."), "success")
    return redirect(url_for(".list_requests"))


@blueprint.route("/hochgeladen/<int:upload_id>/noch-einmal", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def read_again(upload_id: int) -> ResponseReturnValue:
    """Begin the reading of a long list once more."""
    write(intake.read_again, upload_id, by=current_actor)
    return redirect(url_for(".show_upload", upload_id=upload_id))


@blueprint.route("/hochgeladen/<int:upload_id>/abbrechen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
@comes_back
def cancel_reading(upload_id: int) -> ResponseReturnValue:
    """Stop the reading of a long list."""
    shown = queries.get_upload(upload_id, current_actor)
    if shown.job_id is not None:
        write(cancel, shown.job_id, by=current_actor)
    return redirect(url_for(".show_upload", upload_id=upload_id))
