"""How units and stages are called on pages and papers."""

from commons.units import standard_units
from commons.words import Message
from procurement.stages import BUNDLE_STAGE_NAMES, REQUEST_STAGE_NAMES, BundleStage, RequestStage

_KINDS: dict[str, str] = {
    RequestStage.DRAFT: "info",
    RequestStage.RETURNED: "warning",
    RequestStage.SUBMITTED: "info",
    RequestStage.APPROVED: "success",
    RequestStage.BUNDLED: "success",
    RequestStage.WITHDRAWN: "danger",
}


def unit_name(code: str, *, language: str = "de") -> str:
    """Return the name of a unit, the code itself where it is not known; what is counted is counted in pieces."""
    if code == "C62":
        code = "H87"
    try:
        unit = standard_units().of_code(code)
    except KeyError:
        return code
    return (language == "en" and unit.english) or unit.name


def request_badge(stage: RequestStage) -> tuple[Message, str]:
    """Return the words and the kind of badge of a request's stage."""
    return REQUEST_STAGE_NAMES[stage], _KINDS[stage]


def bundle_badge(stage: BundleStage) -> tuple[Message, str]:
    """Return the words and the kind of badge of a bundle's stage."""
    return BUNDLE_STAGE_NAMES[stage], {BundleStage.OPEN: "info", BundleStage.FROZEN: "success", BundleStage.DISSOLVED: "danger"}[stage]
