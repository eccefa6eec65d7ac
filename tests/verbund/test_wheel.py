"""What is packed runs without the checkout: pages, look, migrations, translations, command line."""

import os
import re
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[2]
SHIPPED = ("templates", "static", "translations", "migrations")
LEFT_OUT = {".po", ".pot", ".ini"}
PATIENCE = 60


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product, packed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True)
    [packed] = folder.glob("verbund-*.whl")
    return packed


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that has the wheel; the libraries are lent from ours, the checkout is not there."""
    fresh = tmp_path_factory.mktemp("installed") / "venv"
    uv = Path(sysconfig.get_path("scripts")) / "uv"
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, fresh], check=True)
    subprocess.run([uv, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", fresh / "bin" / "python", wheel], check=True)
    [packages] = (fresh / "lib").glob("python*/site-packages")
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib"))
    return fresh / "bin" / "verbund"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is no checkout."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def site(program: Path, elsewhere: Path) -> Iterator[str]:
    """The address of the served product."""
    run(program, elsewhere, "migrate")
    run(program, elsewhere, "begin")
    port = free_port()
    server = subprocess.Popen([program, "serve", "--port", str(port), "--workers", "1"], cwd=elsewhere, env=environment())
    try:
        yield answering(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(PATIENCE)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VERBUND_"))}


def run(program: Path, folder: Path, *arguments: str) -> str:
    return subprocess.run([program, *arguments], cwd=folder, env=environment(), check=True, stdout=subprocess.PIPE, text=True).stdout


def answering(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=PATIENCE).close()
        except urllib.error.HTTPError as answer:
            answer.close()
            return address
        except OSError:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError(f"no answer from {address}")


def fetch(address: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return answer.headers.get_content_type(), answer.read()


def test_wheel_holds_what_the_checkout_ships(wheel: Path) -> None:
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if not name.startswith("verbund-")}
    shipped = {
        f"verbund/{file.relative_to(ROOT)}"
        for folder in SHIPPED
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix not in LEFT_OUT and "__pycache__" not in file.parts
    }

    assert shipped - packed == set()
    assert {name.split("/")[0] for name in packed} == {"verbund", "procurement", "booking", "cooperation", "commons"}
    assert len([name for name in packed if name.endswith(".woff2")]) > 0


def test_first_page_comes_with_its_look(site: str) -> None:
    kind, page = fetch(site + "/")
    links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.decode())

    assert kind == "text/html"
    assert len(links) >= 3
    for link in links:
        kind, sheet = fetch(site + link)
        assert kind == "text/css"
        assert len(sheet) > 500
    assert fetch(site + "/static/vendor/kern/fonts/fira-sans/FiraSans-Regular.woff2")[1].startswith(b"wOF2")


def test_wheel_speaks_the_other_language(wheel: Path) -> None:
    catalogues = [file.relative_to(ROOT) for file in (ROOT / "translations").rglob("*.po")]

    assert {f"verbund/{file.with_suffix('.mo')}" for file in catalogues} <= set(zipfile.ZipFile(wheel).namelist())


def test_command_line_runs_outside_the_checkout(program: Path, elsewhere: Path) -> None:
    sheet = elsewhere / "liste.csv"
    sheet.write_text("Artikel;Menge;Einheit\nStraßenbesen;10;Stück\n", encoding="utf-8")

    assert '"Straßenbesen"' in run(program, elsewhere, "demand", "read", str(sheet))
    assert run(program, elsewhere, "--version").startswith("verbund")
