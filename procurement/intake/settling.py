"""Understand what a clerk answered on the page where faults stand beside their cells."""

from collections.abc import Iterable, Mapping

from commons.units import standard_units
from procurement.intake.uploads import Answer, cell_of
from procurement.intake.worked_out import parts_of
from procurement.models import UploadFault

SKIP, NO_PRICE, KEEP = "skip", "none", "keep"


def kind_of(fault: UploadFault) -> str:
    """Return what is asked: a quantity, a price, an article, the parts of a row, a unit, its content, or another measure."""
    if fault.field == "article" and fault.article:
        return "parts"
    unit = standard_units().find(_cell(fault)) if fault.field == "unit" else None
    if unit is None:
        return fault.field
    return "content" if unit.is_pack else "measure"


def _cell(fault: UploadFault) -> str:
    return cell_of(fault.upload_row, fault.column)


def proposed_text(fault: UploadFault) -> str:
    """Return what the answer field holds to begin with."""
    return parts_of(fault.article, _cell(fault)) if kind_of(fault) == "parts" else ""


def answers_from(faults: Iterable[UploadFault], written: Mapping[str, str]) -> list[Answer]:
    """Return the answers that were given; a fault without an answer stays open."""
    found = (_answer(fault, written.get(f"choice-{fault.id}", ""), written.get(f"text-{fault.id}", "").strip()) for fault in faults)
    return [answer for answer in found if answer is not None]


def _answer(fault: UploadFault, choice: str, text: str) -> Answer | None:
    if choice == SKIP:
        return Answer(fault_id=fault.id, field="row", value="skip")
    if choice == NO_PRICE and fault.field == "price":
        return Answer(fault_id=fault.id, field="price", value="")
    if choice == KEEP and kind_of(fault) == "measure":
        return Answer(fault_id=fault.id, field="unit", value=_cell(fault))
    value = choice.removeprefix("value:") if choice.startswith("value:") else text
    return _written(fault, value) if value and choice else None


def _written(fault: UploadFault, value: str) -> Answer:
    """Put a content behind its pack, and an amount in another measure in the place of the quantity."""
    kind = kind_of(fault)
    if kind == "content" and value[0].isdecimal():
        return Answer(fault_id=fault.id, field="unit", value=f"{_cell(fault)} {value}")
    if kind == "measure":
        return Answer(fault_id=fault.id, field="quantity", value=value)
    return Answer(fault_id=fault.id, field="unit" if kind == "content" else kind, value=value)
