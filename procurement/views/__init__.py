"""The pages of procurement, one view file a chapter."""

from importlib import import_module
from importlib.util import find_spec

from procurement.views import intake

# Temporary while the pages are being written: becomes plain imports when all stand.
for _name in ("bundling", "deciding", "lots", "reviewing", "surveying", "uploading", "visiting", "writing"):
    if find_spec(f"procurement.views.{_name}") is not None:
        import_module(f"procurement.views.{_name}")
BLUEPRINTS = [intake.blueprint]
if find_spec("procurement.views.bundling") is not None:
    BLUEPRINTS.append(import_module("procurement.views.bundling").blueprint)
