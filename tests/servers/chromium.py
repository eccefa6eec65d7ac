"""The browser of the tests: the system's Chromium, else the one that playwright brought."""

import os
import shutil
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing but the pages under test: no look-ups, no updates, no first-run page.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def launch_options() -> dict[str, Any]:
    """Return what `playwright.chromium.launch(**…)` needs here."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []  # Chromium refuses to start as root with it
    return {"headless": True, "args": [*QUIET, *sandbox], **({"executable_path": program} if program else {})}
