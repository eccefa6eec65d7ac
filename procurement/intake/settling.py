"""Understand what a clerk answered on the page where faults stand beside their cells."""

from collections.abc import Iterable, Mapping

from procurement.intake.uploads import Answer, cell_of
from procurement.intake.worked_out import parts_of
from procurement.models import UploadFault

SKIP, NO_PRICE, OTHER, SPLIT = "skip", "none", "other", "split"


def kind_of(fault: UploadFault) -> str:
    """Return what is asked: a quantity, a unit, a price, an article, or how a row is split into parts."""
    return "parts" if fault.field == "article" and fault.article else fault.field


def proposed_text(fault: UploadFault) -> str:
    """Return what the answer field holds to begin with."""
    cell = cell_of(fault.upload_row, fault.column)
    return parts_of(fault.article, cell) if kind_of(fault) == "parts" else ""


def answers_from(faults: Iterable[UploadFault], written: Mapping[str, str]) -> list[Answer]:
    """Return the answers that were given; a fault without an answer stays open."""
    found = (_answer(fault, written.get(f"choice-{fault.id}", ""), written.get(f"text-{fault.id}", "").strip()) for fault in faults)
    return [answer for answer in found if answer is not None]


def _answer(fault: UploadFault, choice: str, text: str) -> Answer | None:
    if choice == SKIP:
        return Answer(fault_id=fault.id, field="row", value="skip")
    if choice == NO_PRICE and fault.field == "price":
        return Answer(fault_id=fault.id, field="price", value="")
    value = choice.removeprefix("value:") if choice.startswith("value:") else text
    return Answer(fault_id=fault.id, field=kind_of(fault), value=value) if value and choice else None
