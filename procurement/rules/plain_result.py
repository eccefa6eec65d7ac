"""Write readings and matches as plain data, as other programs rely on them."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from commons.numbers import plain
from procurement.rules.demand import DemandLine, Fault, RowRef, Skipped
from procurement.rules.matching import Matched

Plain = dict[str, object]


def read_result(lines: Sequence[DemandLine], faults: Sequence[Fault], skipped: Sequence[Skipped]) -> Plain:
    """Return lines, faults and skipped rows as plain data."""
    return {"lines": [_line(line) for line in lines], "faults": [_fault(fault) for fault in faults], "skipped": [_skipped(row) for row in skipped]}


def match_result(lines: Sequence[DemandLine], faults: Sequence[Fault], skipped: Sequence[Skipped], matched: Matched) -> Plain:
    """Return the same with clusters and proposals."""
    return {
        **read_result(lines, faults, skipped),
        "clusters": [[_ref(member) for member in cluster.members] for cluster in matched.clusters],
        "review": [
            {
                "a": _ref(proposal.a),
                "b": _ref(proposal.b),
                "score": f"{proposal.score:.3f}",
                "reasons": [str(reason) for reason in proposal.reasons],
                "against": [str(reason) for reason in proposal.against],
            }
            for proposal in matched.review
        ],
    }


def _ref(ref: RowRef) -> Plain:
    return {"list": ref.list, "sheet": ref.sheet, "row": ref.row, "part": ref.part}


def _number(value: Decimal | Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _line(line: DemandLine) -> Plain:
    return {
        **_ref(line.ref),
        "text": line.text,
        "specification": line.specification,
        "quantity": _number(line.quantity),
        "unit": line.unit,
        "quantity_in_base_unit": _number(line.quantity_in_base_unit),
        "base_unit": line.base_unit,
        "price_net": _number(line.price_net),
        "price_net_per_base_unit": _number(line.price_net_per_base_unit),
    }


def _fault(fault: Fault) -> Plain:
    ref = fault.ref
    return {
        "list": ref.list,
        "sheet": ref.sheet,
        "row": ref.row,
        "column": fault.column_letter,
        "cell": fault.cell,
        "kind": fault.kind.value,
        "field": fault.field,
        "message": str(fault.message),
    }


def _skipped(row: Skipped) -> Plain:
    return {"list": row.ref.list, "sheet": row.ref.sheet, "row": row.ref.row, "reason": row.reason.value}
