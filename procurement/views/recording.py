"""Pages of the record (Vergabevermerk): the twelve items with their gaps, what happened, and the paper."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import journal
from commons.access import current_actor, permission_required
from commons.database import db, write
from commons.errors import NotFound
from commons.files import StoredFile
from commons.permissions import Permission
from procurement import recording
from procurement.forms.choosing import choices
from procurement.forms.evaluation_award import NoteForm
from procurement.models import Tender
from procurement.queries import awards
from procurement.queries.tenders import get_recorded_tender, leads
from procurement.tender_stages import TENDER_STAGE_NAMES
from procurement.views.acting import is_done, moved_on
from procurement.views.files import handed_out
from procurement.views.tendering import PDF

blueprint = Blueprint("recording", __name__, url_prefix="/beschaffung/vermerk")
P = Permission


def page_of(tender_id: int) -> str:
    """Return the address of the record of a tender."""
    return url_for("recording.show", tender_id=tender_id)


@blueprint.route("/<int:tender_id>", methods=["GET", "POST"])
@permission_required(P.BID_READ)
def show(tender_id: int) -> ResponseReturnValue:
    """Show the record with its gaps, and add to it."""
    tender, form = get_recorded_tender(tender_id, current_actor), NoteForm()
    items = recording.items_of(tender)
    numbered = [(item.key, f"{item.key}. {item.title.said(gettext)}") for item in items]
    form.item.choices = choices([*numbered, *((key, name.said(gettext)) for key, name in recording.OTHER_ITEMS.items())])
    if is_done(form, lambda: write(recording.add_note, tender_id, form.item.data, form.text.data, by=current_actor)):
        return moved_on(gettext("Der Vermerk ist ergänzt."), page_of(tender_id))
    return render_template("procurement/awards/record.html", form=form, tender=tender, items=items, **_parts(tender)), form.status


def _parts(tender: Tender) -> dict[str, object]:
    return {
        "stage_name": TENDER_STAGE_NAMES[tender.stage],
        "leads": leads(tender, current_actor),
        "chapters": recording.chapters_of(tender),
        "other_items": recording.OTHER_ITEMS,
        "notes": awards.notes_of(tender),
        "documents": awards.documents_of(tender),
        "entries": journal.entries_about("tender", tender.id),
        "name_of": recording.name_of,
        "retention": recording.retention_of(tender),
    }


@blueprint.route("/<int:tender_id>/vergabevermerk.pdf")
@permission_required(P.BID_READ)
def document(tender_id: int) -> ResponseReturnValue:
    """Hand out the record as it stands."""
    tender = get_recorded_tender(tender_id, current_actor)
    return handed_out(recording.record_of(tender), name=f"vergabevermerk-{tender.id}.pdf", media_type=PDF)


@blueprint.route("/<int:tender_id>/ablegen", methods=["POST"])
@permission_required(P.TENDER_EDIT)
def file_record(tender_id: int) -> ResponseReturnValue:
    """Keep the record as it stands as a document of the file."""
    write(recording.file_record, tender_id, by=current_actor)
    return moved_on(gettext("Der Vergabevermerk ist in seinem heutigen Stand zur Akte genommen."), page_of(tender_id))


@blueprint.route("/<int:tender_id>/akte/<int:file_id>")
@permission_required(P.BID_READ)
def filed(tender_id: int, file_id: int) -> ResponseReturnValue:
    """Hand out a document of the file."""
    tender = get_recorded_tender(tender_id, current_actor)
    known = {found.file_id for found in awards.documents_of(tender)}
    kept = db.session.get(StoredFile, file_id) if file_id in known else None
    if kept is None:
        raise NotFound
    return handed_out(kept.content, name=kept.name, media_type=kept.media_type)
