"""Floor and product measured in the same minute, interleaved; only their ratio counts."""

import os
import statistics
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

PAIRS = 7
NOISY = 3.0
BEGUN = time.monotonic()


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table: what was measured, its value, the goal, and whether the goal is met."""

    name: str
    value: str
    goal: str
    met: bool
    hard: bool = False  # a hard row is a gate of correctness: missing it fails the command
    detail: str = ""
    figures: dict[str, Any] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return asdict(self)


def doing(what: str) -> None:
    """Say on standard error what is being done, and since when: a full run takes its time."""
    passed = int(time.monotonic() - BEGUN)
    print(f"{passed // 60:3}:{passed % 60:02}  {what}", file=sys.stderr, flush=True)


def shown(row: Row) -> Row:
    """Say a row as soon as it is measured; the table comes at the end."""
    doing(f"{'ok  ' if row.met else 'MISS'} {row.name}: {row.value}")
    return row


def attempted(name: str, measure: Callable[[], list[Row]]) -> list[Row]:
    """Measure one part; where it breaks down, that is a hard miss of its own, and the next part is measured all the same."""
    doing(f"…    {name}")
    try:
        return measure()
    except Exception as fault:  # noqa: BLE001 (whatever it is, a run of many minutes goes on)
        traceback.print_exc()
        return [shown(Row(name=name, value="broke down", goal="measured", met=False, hard=True, detail=repr(fault)[:200]))]


def seconds(run: Callable[[], object]) -> float:
    """Return how long one call takes."""
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def compare(name: str, *, product: Callable[[], object], floor: Callable[[], object], at_most: float, pairs: int = PAIRS) -> Row:
    """Measure product and floor in turn (A B A B) after one warm-up and compare the median ratio with its goal."""
    cpu = {"product": 0.0, "floor": 0.0}

    def timed(which: str, run: Callable[[], object]) -> float:
        begin = time.process_time()
        passed = seconds(run)
        cpu[which] += time.process_time() - begin
        return passed

    return compare_seconds(
        name,
        product=lambda: timed("product", product),
        floor=lambda: timed("floor", floor),
        at_most=at_most,
        pairs=pairs,
        note=lambda: f"CPU {cpu['product'] / max(cpu['floor'], 1e-9):.2f} ×",
    )


def compare_seconds(
    name: str,
    *,
    product: Callable[[], float],
    floor: Callable[[], float],
    at_most: float,
    pairs: int = PAIRS,
    note: Callable[[], str] = str,
) -> Row:
    """Compare what tells by itself how long it took; the note says more once all is measured."""
    product(), floor()
    times = [(product(), floor()) for _pair in range(pairs)]
    floors = [floor_time for _product_time, floor_time in times]
    if max(floors) > NOISY * min(floors):
        times = [(product(), floor()) for _pair in range(pairs)]
        floors = [floor_time for _product_time, floor_time in times]
    return shown(_row(name, times, floors, at_most, note()))


def _row(name: str, times: list[tuple[float, float]], floors: list[float], at_most: float, note: str = "") -> Row:
    ratios = sorted(product_time / floor_time for product_time, floor_time in times)
    middle = statistics.median(ratios)
    product_ms, floor_ms = (1000 * statistics.median(values) for values in zip(*times, strict=True))
    load = f"load {os.getloadavg()[0]:.1f}" + (" noisy" if max(floors) > NOISY * min(floors) else "")
    spread = f"min {ratios[0]:.2f} max {ratios[-1]:.2f}"
    return Row(
        name=name,
        value=f"{middle:.2f} × floor",
        goal=f"≤ {at_most:g} ×",
        met=middle <= at_most,
        detail="; ".join(filter(None, [spread, f"product {product_ms:.2f} ms, floor {floor_ms:.2f} ms", note, load])),
        figures={"ratio": middle, "product_ms": product_ms, "floor_ms": floor_ms},
    )
