"""Files that come in and go out."""

import io

from flask import Response, send_file
from werkzeug.datastructures import FileStorage

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent_file(sent: FileStorage) -> tuple[str, str, bytes]:
    """Return name, media type and content of a file that somebody sent."""
    return sent.filename or "datei", sent.mimetype or "application/octet-stream", sent.read()


def handed_out(content: bytes, *, name: str, media_type: str) -> Response:
    """Hand a file out as a download; no browser shall run what somebody uploaded."""
    response = send_file(io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
