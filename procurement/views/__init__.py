"""The pages of procurement, one view file a chapter."""

from procurement.views import (
    asking_back,
    awarding,
    bidding,
    bundling,
    deciding,
    estimating,
    evaluating,
    examining,
    intake,
    leading,
    lots,
    officer_keys,
    opening,
    publishing,
    recording,
    reviewing,
    suppliers,
    surveying,
    tender_public,
    tendering,
    uploading,
    valuing,
    visiting,
    writing,
)

__all__ = ["asking_back", "bundling", "deciding", "examining", "intake", "leading", "lots", "publishing", "reviewing", "surveying", "uploading", "valuing", "visiting", "writing"]
BLUEPRINTS = [
    intake.blueprint,
    bundling.blueprint,
    tendering.blueprint,
    opening.blueprint,
    officer_keys.blueprint,
    suppliers.blueprint,
    tender_public.blueprint,
    bidding.blueprint,
    evaluating.blueprint,
    awarding.blueprint,
    recording.blueprint,
]
