"""Read a demand list into raw cells, whatever office program wrote it."""

from procurement.cells import Sheet
from procurement.exchange.sheet_csv import read_csv
from procurement.exchange.sheet_ods import read_ods
from procurement.exchange.sheet_xls import read_xls
from procurement.exchange.sheet_xlsx import read_xlsx
from procurement.exchange.unreadable import FileEmpty, FileFormatUnknown, FileTooLarge

MOST_BYTES = 20 * 1024 * 1024
ZIP, OLE, PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF"


def read(content: bytes) -> tuple[Sheet, ...]:
    """Read every sheet of a file; the content decides the format, never the name."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge
    if not content.strip():
        raise FileEmpty
    sheets = _by_format(content)
    if not any(value is not None for sheet in sheets for row in sheet.rows for value in row):
        raise FileEmpty
    return sheets


def _by_format(content: bytes) -> tuple[Sheet, ...]:
    if content.startswith(ZIP):
        return read_ods(content) if b"mimetypeapplication/vnd.oasis" in content[:120] else read_xlsx(content)
    if content.startswith(OLE):
        return read_xls(content)
    if content.startswith(PDF):
        raise FileFormatUnknown
    return read_csv(content)
