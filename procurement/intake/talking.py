"""Comments and attachments on a request; they stay inside the municipality."""

from commons import files
from commons.database import db
from commons.errors import RuleBroken
from commons.people import Actor
from commons.words import say
from procurement.intake.telling import tell_authors, write_down
from procurement.models import RequestAttachment, RequestComment
from procurement.queries.requests import get_line, lock_request


class CommentEmpty(RuleBroken):
    """A comment says something."""

    def __init__(self) -> None:
        super().__init__(say("Bitte schreiben Sie einen Text."), field="text")


def comment(request_id: int, *, text: str, line_id: int | None = None, by: Actor) -> RequestComment:
    """Write a comment on a request or one of its lines."""
    request = lock_request(request_id, by)
    if not text.strip():
        raise CommentEmpty
    if line_id is not None:
        get_line(request, line_id)
    written = RequestComment(request_id=request.id, line_id=line_id, text=text.strip(), written_by_id=by.person_id)
    db.session.add(written)
    db.session.flush()
    body = [say("%(person)s schreibt: %(text)s", person=by.person_name, text=written.text)]
    tell_authors(request, say("Kommentar zur Bedarfsmeldung „%(title)s“", title=request.title), body, by=by)
    write_down("request.commented", request, by=by, after={"comment": written.id, "line": line_id})
    return written


def attach(request_id: int, *, name: str, media_type: str, content: bytes, by: Actor) -> RequestAttachment:
    """Add a file that explains a request."""
    request = lock_request(request_id, by)
    kept = files.store(name, media_type, content, by=by)
    attached = RequestAttachment(request_id=request.id, file_id=kept.id, attached_by_id=by.person_id)
    db.session.add(attached)
    db.session.flush()
    write_down("request.attached", request, by=by, after={"file": kept.name, "sha256": kept.sha256})
    return attached
