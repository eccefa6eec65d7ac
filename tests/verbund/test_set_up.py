"""Setting up: locks without addresses, and a `run` that says in one line what a machine lacks."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
LOCKS = sorted(ROOT.glob("requirements*.txt"))
# Written in halves, or this file would be its own finding.
REGISTRIES = [
    "registry." + "npmjs",
    "registry." + "yarnpkg",
    "pypi" + ".org",
    "python" + "hosted",
    "deb.debian" + ".org",
    "--index" + "-url",
    "--extra-index" + "-url",
    "--find" + "-links",
]
PRODUCT = ("verbund", "procurement", "booking", "cooperation", "commons")
BESIDE = ("tests", "benchmarks", "migrations")
TOOLS = ("sh", "cat", "cksum", "dirname", "mkdir", "rm", "touch")


def kept_files() -> list[Path]:
    """Return what git keeps, and what it would keep."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True).stdout
    return [path for name in listed.decode().split("\0") if name and (path := ROOT / name).is_file()]


def test_no_registry_address_anywhere() -> None:
    texts = {path: path.read_bytes().decode("utf-8", "ignore") for path in kept_files()}

    found = [f"{path.relative_to(ROOT)}: {address}" for path, text in texts.items() for address in REGISTRIES if address in text]

    assert found == []
    assert len(texts) > 100


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pin_has_its_hashes(lock: Path) -> None:
    pins = re.split(r"\n(?=\S)", lock.read_text().strip())

    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []


def pinned(lock: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def asked(group: str | None) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [Requirement(line) for line in (project["dependency-groups"][group] if group else project["project"]["dependencies"])]


@pytest.mark.parametrize(
    ("group", "lock"),
    [(None, "requirements.txt"), (None, "requirements-dev.txt"), ("dev", "requirements-dev.txt"), ("assets", "requirements-assets.txt")],
    ids=["run", "run_in_dev", "dev", "assets"],
)
def test_lock_holds_what_the_project_asks_for(group: str | None, lock: str) -> None:
    pins = pinned(lock)

    missing = [
        str(wanted)
        for wanted in asked(group)
        if not (versions := pins.get(canonicalize_name(wanted.name), set())) or not all(wanted.specifier.contains(version) for version in versions)
    ]

    assert missing == []


def test_locks_agree() -> None:
    run, dev = pinned("requirements.txt"), pinned("requirements-dev.txt")

    assert {name: dev[name] for name in run} == run


def imported(folders: Iterable[str]) -> dict[str, Path]:
    """Return the foreign packages that files import, each with one of the files."""
    found: dict[str, Path] = {}
    for file in (file for folder in folders for file in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found |= {name.split(".")[0]: file for name in names if name and name.split(".")[0] not in {*sys.stdlib_module_names, *PRODUCT, *BESIDE}}
    return found


@pytest.mark.parametrize(("folders", "groups"), [((*PRODUCT, "migrations"), (None,)), (BESIDE, (None, "dev"))], ids=["product", "tests"])
def test_every_import_is_asked_for(folders: tuple[str, ...], groups: tuple[str | None, ...]) -> None:
    declared = {canonicalize_name(wanted.name) for group in groups for wanted in asked(group)}
    origins = packages_distributions()

    undeclared = {name: file for name, file in imported(folders).items() if not declared & {canonicalize_name(origin) for origin in origins.get(name, [name])}}

    assert undeclared == {}


def test_front_end_lock_has_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all(package["integrity"].startswith("sha512-") and "resolved" not in package for name, package in packages.items() if name)


def test_licence_is_the_whole_text() -> None:
    text = (ROOT / "LICENSE").read_text()

    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(re.search(rf"^{number}\.", text, re.MULTILINE) for number in range(1, 16))
    assert "Québec Free and Open-Source Licence" in text


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with nothing but a shell: its programs lie in bin/, the checkout in checkout/."""
    programs, checkout = tmp_path / "bin", tmp_path / "checkout"
    programs.mkdir()
    checkout.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (programs / tool).symlink_to(found)
    for file in (ROOT / "run", *LOCKS):
        shutil.copy(file, checkout)
    add_program(tmp_path, "id", "echo 1000")
    return tmp_path


def add_program(machine: Path, name: str, script: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine / "bin"), "HOME": str(machine)}
    return subprocess.run([machine / "checkout" / "run", *arguments], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


OLD_PYTHON = """case "$2" in *version_info*) exit 1 ;; *) echo 3.9.2 ;; esac"""
PYTHON_WITHOUT_VENV = """case "$2" in *version_info*) exit 0 ;; *) exit 1 ;; esac"""


def test_run_names_the_python_that_is_too_old(machine: Path) -> None:
    add_program(machine, "python3", OLD_PYTHON)

    stopped = run(machine)

    assert stopped.returncode == 1
    assert stopped.stderr.splitlines() == ["Verbund needs Python 3.11 or newer; python3 here is 3.9.2."]


def test_run_takes_the_newer_python_beside_an_old_one(machine: Path) -> None:
    add_program(machine, "python3", OLD_PYTHON)
    add_program(machine, "python3.12", PYTHON_WITHOUT_VENV)
    add_program(machine, "apt-get", "exit 9")

    stopped = run(machine)

    assert "python3.12-venv" in stopped.stderr


def test_run_says_that_python_is_missing(machine: Path) -> None:
    stopped = run(machine)

    assert stopped.returncode == 1
    assert stopped.stderr.splitlines() == ["Verbund needs Python 3.11 or newer; no python3 was found."]


def test_run_prints_the_one_line_to_whoever_may_not_install(machine: Path) -> None:
    add_program(machine, "python3", PYTHON_WITHOUT_VENV)
    add_program(machine, "apt-get", f"echo called >> {machine}/calls")

    stopped = run(machine)

    assert stopped.returncode == 1
    assert stopped.stderr.splitlines()[-1].endswith("sudo apt-get install -y --no-install-recommends python3-venv")
    assert not (machine / "calls").exists()


def test_run_installs_what_is_missing_as_root(machine: Path) -> None:
    add_program(machine, "id", "echo 0")
    add_program(machine, "python3", PYTHON_WITHOUT_VENV)
    add_program(machine, "apt-get", f'echo "$*" >> {machine}/calls')

    run(machine)

    assert (machine / "calls").read_text().splitlines() == ["install -y --no-install-recommends python3-venv"]


def test_run_explains_itself(machine: Path) -> None:
    helped = run(machine, "help")

    assert helped.returncode == 0
    assert all(word in helped.stdout for word in ("--port", "--no-demo", "test", "check", "bench", "verbund"))


def test_run_refuses_what_it_does_not_know(machine: Path) -> None:
    refused = run(machine, "--prot", "8080")

    assert refused.returncode == 2
    assert "--port" in refused.stderr


def test_scripts_are_executable() -> None:
    assert os.access(ROOT / "run", os.X_OK)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
