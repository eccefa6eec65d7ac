"""The rows that the product ships in `verbund/data`; pure."""

import csv
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "verbund" / "data"


def rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """Return the rows of a shipped table, or of the same table in another folder; an empty cell means not known."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def parts(cell: str) -> tuple[str, ...]:
    """Return the entries of a list inside a cell."""
    return tuple(entry.strip() for entry in cell.split("|") if entry.strip())
