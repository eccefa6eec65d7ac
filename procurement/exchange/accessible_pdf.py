"""Set plain data as an accessible PDF that an archive keeps (PDF/UA-1 and PDF/A-2a): tagged, with title and language."""

import json
import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# What the fonts that come with the typesetter can show; it refuses any other character, and a name with a smiley must not cost the record.
# Controls and marks of direction are left out on purpose: they could make a paper say something else than it holds.
SHOWN = (
    "\n\t\x20-\x7e\xa0-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff"
    "\u1e00-\u1eff\u2000-\u200a\u2010-\u2027\u202f-\u2040\u2044-\u2052\u2070\u2071\u2074-\u208e\u20a0-\u20c0\u2100-\u211e\u2122\u2126-\u2151\u2153-\u2184"
    "\u2190-\u22ff\u2500-\u2606\u2713\u2714\ufffd"
)
HIDDEN = re.compile(f"[^{SHOWN}]")
INSTEAD = "\ufffd"


def write(source: Path, name: str, data: Mapping[str, Any]) -> bytes:
    """Return the PDF that a source makes of data; content comes as data only, never as source."""
    import typst

    inputs = {name: json.dumps(_shown(data))}
    return bytes(typst.compile(source, format="pdf", pdf_standards=["a-2a", "ua-1"], ignore_system_fonts=True, sys_inputs=inputs))


def pages_of(document: bytes) -> int:
    """Count the pages of a PDF that was set here."""
    return max(int(count) for count in re.findall(rb"/Type/Pages/Count (\d+)", document))


def _shown(value: Any) -> Any:
    """Return the data with every text in characters that can be shown."""
    match value:
        case str():
            return HIDDEN.sub(INSTEAD, unicodedata.normalize("NFC", value))
        case Mapping():
            return {key: _shown(one) for key, one in value.items()}
        case list() | tuple():
            return [_shown(one) for one in value]
    return value
