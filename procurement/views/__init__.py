"""The pages of procurement, one view file a chapter."""

from procurement.views import bundling, deciding, intake, lots, reviewing, surveying, uploading, visiting, writing

__all__ = ["bundling", "deciding", "intake", "lots", "reviewing", "surveying", "uploading", "visiting", "writing"]
BLUEPRINTS = [intake.blueprint, bundling.blueprint]
