"""Pages to write a request by hand: begin, lines, comments, attachments."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import clock
from commons.access import current_actor, permission_required
from commons.calendar_days import today_of
from commons.database import write
from commons.errors import RuleBroken
from commons.permissions import Permission
from commons.words import german_number
from procurement import catalogue, intake
from procurement.forms.requests import AttachmentForm, BeginForm, CommentForm, LineForm
from procurement.models import PurchaseRequest, PurchaseRequestLine
from procurement.queries import requests as queries
from procurement.stages import check_editable
from procurement.views.acting import offer_measures
from procurement.views.files import handed_out, sent_file
from procurement.views.intake import blueprint, render_request

P = Permission


@blueprint.route("/bedarf/neu", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def begin_request() -> ResponseReturnValue:
    """Begin a request by hand."""
    form = BeginForm(year=today_of(clock.now()).year + 1)
    offer_measures(form.measure_id)
    if form.validate_on_submit():
        begun = write(intake.begin_request, form.title.data, measure_id=form.measure_id.data, year=form.year.data, by=current_actor)
        return redirect(url_for(".add_line", request_id=begun.id))
    return render_template("procurement/begin_request.html", form=form), form.status


@blueprint.route("/bedarf/<int:request_id>/zeilen/neu", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def add_line(request_id: int) -> ResponseReturnValue:
    """Add a line to a request, one after the other."""
    form = LineForm(text=request.args.get("artikel", ""))
    if form.validate_on_submit():
        try:
            added = write(intake.add_line, request_id, intake.line_by_hand(**form.values), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            flash(gettext("Zeile %(number)s ist eingetragen.", number=added.number), "success")
            return redirect(url_for(".add_line", request_id=request_id))
    return _line_page(_editable(request_id), form)


@blueprint.route("/bedarf/<int:request_id>/zeilen/<int:line_id>", methods=["GET", "POST"])
@permission_required(P.DEMAND_SUBMIT)
def change_line(request_id: int, line_id: int) -> ResponseReturnValue:
    """Change a line of a request."""
    shown = _editable(request_id)
    line = queries.get_line(shown, line_id)
    form = LineForm(data=_as_written(line)) if request.method == "GET" else LineForm()
    if form.validate_on_submit():
        try:
            write(intake.change_line, request_id, line_id, intake.line_by_hand(**form.values), by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_request", request_id=request_id))
    return _line_page(_editable(request_id), form, line_id=line_id)


def _editable(request_id: int) -> PurchaseRequest:
    found = queries.get_request_inside(request_id, current_actor)
    check_editable(found.stage)
    return found


def _line_page(shown: PurchaseRequest, form: LineForm, line_id: int | None = None) -> ResponseReturnValue:
    lines = queries.lines_of(shown, current_actor)
    address_of = partial(_address_with, shown.id)
    page = render_template("procurement/edit_line.html", demand=shown, form=form, line_id=line_id, lines=lines, address_of=address_of, **catalogue_found())
    return page, form.status


def catalogue_found() -> dict[str, object]:
    """Return what is sought in the catalogue, and what is found there."""
    search = " ".join(request.args.get("suche", "").split())[:100]
    return {"search": search, "articles": catalogue.articles_like(search) if search else []}


def _address_with(request_id: int, article: str) -> str:
    return url_for(".add_line", request_id=request_id, artikel=article)


def _as_written(line: PurchaseRequestLine) -> dict[str, str]:
    return {
        "text": line.text,
        "specification": line.specification or "",
        "quantity": german_number(line.quantity_sent).replace(".", ""),
        "unit": line.unit_sent,
        "price": "" if line.price_net is None else german_number(line.price_net).replace(".", ""),
        "budget_account": line.budget_account or "",
        "delivery_place": line.delivery_place or "",
        "internal_note": line.internal_note or "",
    }


@blueprint.route("/bedarf/<int:request_id>/zeilen/<int:line_id>/entfernen", methods=["POST"])
@permission_required(P.DEMAND_SUBMIT)
def remove_line(request_id: int, line_id: int) -> ResponseReturnValue:
    """Take a line out of a request."""
    write(intake.remove_line, request_id, line_id, by=current_actor)
    flash(gettext("Die Zeile ist entfernt."), "success")
    return redirect(url_for(".show_request", request_id=request_id))


@blueprint.route("/bedarf/<int:request_id>/kommentare", methods=["POST"])
@permission_required(P.DEMAND_READ)
def comment(request_id: int) -> ResponseReturnValue:
    """Write a comment on a request."""
    form = CommentForm()
    if form.validate_on_submit():
        write(intake.comment, request_id, text=form.text.data, by=current_actor)
        return redirect(url_for(".show_request", request_id=request_id, _anchor="kommentare"))
    return render_request(queries.get_request_inside(request_id, current_actor), comment_form=form, form=form), form.status


@blueprint.route("/bedarf/<int:request_id>/anlagen", methods=["POST"])
@permission_required(P.DEMAND_READ)
def attach(request_id: int) -> ResponseReturnValue:
    """Add a file to a request."""
    form = AttachmentForm()
    if form.validate_on_submit():
        name, media_type, content = sent_file(form.file.data)
        try:
            write(intake.attach, request_id, name=name, media_type=media_type, content=content, by=current_actor)
        except RuleBroken as broken:
            form.refuse(broken)
        else:
            return redirect(url_for(".show_request", request_id=request_id, _anchor="anlagen"))
    return render_request(queries.get_request_inside(request_id, current_actor), attachment_form=form, form=form), form.status


@blueprint.route("/bedarf/<int:request_id>/anlagen/<int:attachment_id>")
@permission_required(P.DEMAND_READ)
def download_attachment(request_id: int, attachment_id: int) -> ResponseReturnValue:
    """Hand out a file on a request."""
    found = queries.get_attachment(request_id, attachment_id, current_actor)
    return handed_out(found.content, name=found.name, media_type=found.media_type)
