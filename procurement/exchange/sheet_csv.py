"""Read text files with separators, whatever program wrote them."""

import csv
import io
from collections import Counter

from procurement.cells import Raw, Sheet
from procurement.exchange.unreadable import FileBroken, FileEmpty, FileFormatUnknown, FileTooLarge

DELIMITERS = ";\t,|"
LOOKED_AT = 200
MOST_FIELD = 200_000
MOST_RECORDS = 300_000


def read_csv(content: bytes) -> tuple[Sheet, ...]:
    """Read a text file as one sheet without a name; a row is a record."""
    text = _decoded(content)
    if "\0" in text:
        raise FileFormatUnknown
    if not text.strip():
        raise FileEmpty
    csv.field_size_limit(MOST_FIELD)
    try:
        rows = tuple(_raw(record) for record in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as broken:
        raise FileBroken from broken
    if len(rows) > MOST_RECORDS:
        raise FileTooLarge
    return (Sheet(name=None, rows=rows),)


def _raw(record: list[str]) -> tuple[Raw, ...]:
    return tuple(field or None for field in record)


def _decoded(content: bytes) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _delimiter(text: str) -> str:
    """Return the separator that cuts most records into the same number of at least two fields."""
    return max(DELIMITERS, key=lambda delimiter: _regularity(text, delimiter))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    widths: Counter[int] = Counter()
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)):
            if number >= LOOKED_AT:
                break
            if any(field.strip() for field in record):
                widths[len(record)] += 1
    except csv.Error:
        return (0.0, 0)
    usual, times = max(((width, count) for width, count in widths.items() if width > 1), key=lambda item: (item[1], item[0]), default=(1, 0))
    return (times / max(1, sum(widths.values())), usual)
