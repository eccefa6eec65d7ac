"""The journal for auditors: what was done, within their scope; to filter and to take away."""

from collections.abc import Iterator

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from commons import auditing, export, journal
from commons.access import current_actor, permission_required
from commons.auditing import Change, Wanted
from commons.calendar_days import berlin
from commons.journal import JournalEntry
from commons.permissions import Permission
from verbund.administration.acts import name_of
from verbund.administration.forms import JournalFilter
from verbund.administration.place import blueprint

READ = Permission.JOURNAL_READ
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/protokoll")
@permission_required(READ)
def show_journal() -> ResponseReturnValue:
    """Show the entries that concern the municipality acted for."""
    form = JournalFilter(request.args)
    form.validate()
    page = max(1, request.args.get("page", 1, type=int))
    entries, pages = auditing.entries_for(current_actor, _wanted(form), page=page)
    return render_template(
        "administration/journal.html",
        form=form,
        rows=[(entry, name_of(entry.act), auditing.changes_of(entry)) for entry in entries],
        page=page,
        pages=pages,
        values={name: text for name, text in request.args.items() if name != "page" and text},
        head=journal.head(),
        actor=current_actor,
    )


@blueprint.get("/protokoll.<any(csv, xlsx):ending>")
@permission_required(READ)
def export_journal(ending: str) -> ResponseReturnValue:
    """Hand out the same entries as a table."""
    form = JournalFilter(request.args)
    form.validate()
    titles = ("Nummer", "Zeit", "Person", "Vorgang", "Kurzname", "Gegenstand", "Änderungen", "Prüfsumme")
    rows = _rows(auditing.entries_to_export(current_actor, _wanted(form)))
    content = export.as_csv(titles, rows) if ending == "csv" else export.as_xlsx("Protokoll", titles, rows)
    answer = Response(content, mimetype="text/csv" if ending == "csv" else XLSX)
    answer.headers["Content-Disposition"] = f'attachment; filename="protokoll.{ending}"'
    return answer


def _wanted(form: JournalFilter) -> Wanted:
    return Wanted(first_day=form.first_day.data, last_day=form.last_day.data, person=(form.person.data or "").strip(), act=(form.act.data or "").strip())


def _rows(entries: Iterator[JournalEntry]) -> Iterator[list[str]]:
    for entry in entries:
        moment = f"{berlin(entry.at):%d.%m.%Y %H:%M:%S}"
        subject = f"{entry.subject_kind} {entry.subject_id or ''}".strip()
        changes = "; ".join(_told(change) for change in auditing.changes_of(entry))
        who = entry.person.name if entry.person else ""
        yield [str(entry.sequence or ""), moment, who, name_of(entry.act).said(gettext), entry.act, subject, changes, entry.chain_hash or ""]


def _told(change: Change) -> str:
    return f"{change.name}: {change.before or '–'} → {change.after or '–'}"
