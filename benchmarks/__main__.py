"""`./run bench [NAME …] [--quick] [--json FILE]`: one command, one table."""

import argparse
import functools
import json
import sys
from importlib import import_module
from pathlib import Path

from benchmarks import Row, attempted

NAMES = ("award", "matching", "booking", "calendar")


def main() -> int:
    """Measure, print the table, and fail when a hard row is missed."""
    options = _parser().parse_args()
    rows: list[Row] = []
    for name in options.names or [name for name in NAMES if (Path(__file__).parent / f"{name}.py").exists()]:
        rows += attempted(name, functools.partial(import_module(f"benchmarks.{name}").rows, options.quick))
    _print(rows)
    if options.json:
        options.json.write_text(json.dumps([row.as_data() for row in rows], ensure_ascii=False, indent=1))
    return int(any(row.hard and not row.met for row in rows))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("names", nargs="*", choices=[*NAMES, []])
    parser.add_argument("--quick", action="store_true", help="fewer rounds; under four minutes in all")
    parser.add_argument("--json", type=Path, help="keep the rows in a file")
    return parser


def _print(rows: list[Row]) -> None:
    width = max((len(row.name) for row in rows), default=4)
    for row in rows:
        print(f"{'ok  ' if row.met else 'MISS'} {row.name:<{width}}  {row.value:>16}  {row.goal:<12} {row.detail}")


if __name__ == "__main__":
    sys.exit(main())
