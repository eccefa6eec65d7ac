"""Reading and matching: how right on labelled lists, how fast on generated ones.

`./run bench matching`, or for other lists `python -m benchmarks.matching --lists FILE… --truth FILE [--locale en]`.
"""

import argparse
import csv
import itertools
import json
import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import Row
from commons.numbers import NumberLanguage
from procurement.bundling.lots import suggest_cpv
from procurement.reading import Reading, joined, read_demand, read_demands
from procurement.rules.demand import RowRef
from procurement.rules.matching import Matched, match

DATA = Path(__file__).parent.parent / "tests" / "data"
Key = tuple[str, str | None, int]
GROWTH = 2.0


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What a run over labelled lists gives."""

    read: float
    quantities: float
    precision: float
    recall: float
    with_review: float
    wrong_proposals: float
    near_misses: int


def rows(quick: bool) -> list[Row]:  # noqa: FBT001
    """Return the rows of the table."""
    found: list[Row] = []
    sample = DATA / "demand"
    found += _figure_rows("Musterlisten (selbst geschrieben)", measure(sorted((sample / "lists").iterdir()), sample / "truth.json"), hard=True)
    for name, title in (
        ("demand_werkstatt", "Werkstatt und Winter (selbst geschrieben)"),
        ("demand_kita_it", "Kita und IT (selbst geschrieben, erst nach der ersten Messung angesehen)"),
        ("demand_haustechnik", "Farbe, Sanitär, Elektro (selbst geschrieben, blind zuerst 0,456 / 0,802)"),
        ("demand_spielplatz", "Spielplatz, Garten, Möbel (selbst geschrieben, blind zuerst 0,481 / 0,719)"),
        ("demand_kueche_wehr", "Küche, Feuerwehr, Straße (selbst geschrieben, blind zuerst 0,819 / 0,900)"),
        ("demand_friedhof_bad", "Friedhof, Freibad, Schilder, Büromaschinen (selbst geschrieben, blind zuerst 0,786 / 0,935)"),
    ):
        folder = DATA / name
        lists = [file for file in sorted(folder.iterdir()) if file.name != "truth.json"]
        found += _figure_rows(title, measure(lists, folder / "truth.json"), hard=False)
    return [*found, *_group_rows(), *_speed_rows(quick=quick)]


def _group_rows() -> list[Row]:
    """Tell for how many texts a product group is suggested, and for how many one that was checked by hand."""
    with (DATA / "goods_groups.csv").open(encoding="utf-8", newline="") as file:
        checked = [(suggest_cpv([row["text"]]), tuple(row["prefixes"].split("|"))) for row in csv.DictReader(file)]
    shares = [
        ("vorgeschlagen", sum(code is not None for code, _ in checked), 0.95),
        ("richtig (von Hand geprüft)", sum(code is not None and code.startswith(prefixes) for code, prefixes in checked), 0.85),
    ]
    return [
        Row(
            name=f"Warengruppe {name}", value=f"{count / len(checked):.3f}", goal=f">= {goal}", met=count / len(checked) >= goal, detail=f"{len(checked)} Texte"
        )
        for name, count, goal in shares
    ]


def measure(lists: Sequence[Path], truth: Path, language: NumberLanguage = NumberLanguage.GERMAN) -> Figures:
    """Read and match labelled lists and count as `interfaces.md` says."""
    labels = json.loads(truth.read_text(encoding="utf-8"))
    reading = joined([read_demand(file.read_bytes(), file.name, language=language) for file in lists])
    return _counted(labels, reading, match(reading.lines, language=language.value))


def _key(ref: RowRef) -> Key:
    return (ref.list, ref.sheet, ref.row)


def _across(keys: Iterable[Key]) -> set[frozenset[Key]]:
    return {frozenset(pair) for pair in itertools.combinations(keys, 2) if pair[0][0] != pair[1][0]}


def _counted(labels: dict[str, Any], reading: Reading, matched: Matched) -> Figures:
    article_of = {(member["list"], member["sheet"], member["row"]): article["article"] for article in labels["articles"] for member in article["members"]}
    groups: dict[str, list[Key]] = {}
    for key, article in article_of.items():
        groups.setdefault(article, []).append(key)
    wanted = set[frozenset[Key]]().union(*(_across(keys) for keys in groups.values()))
    clusters = [[_key(ref) for ref in cluster.members if _key(ref) in article_of] for cluster in matched.clusters]
    joined_pairs = set[frozenset[Key]]().union(*(_across(keys) for keys in clusters))
    cluster_of = {key: keys for keys in clusters for key in keys}
    proposed, wrong, count = set[frozenset[Key]](), 0, 0
    for proposal in matched.review:
        first, second = _key(proposal.a), _key(proposal.b)
        if first in article_of and second in article_of:
            count += 1
            wrong += article_of[first] != article_of[second]
            proposed |= {frozenset((one, other)) for one in cluster_of[first] for other in cluster_of[second] if one[0] != other[0]}
    hits = len(joined_pairs & wanted)
    return Figures(
        read=len({_key(line.ref) for line in reading.lines} & set(article_of)) / len(article_of),
        quantities=_quantities(labels, reading),
        precision=hits / len(joined_pairs) if joined_pairs else 0.0,
        recall=hits / len(wanted) if wanted else 0.0,
        with_review=len((joined_pairs | proposed) & wanted) / len(wanted) if wanted else 0.0,
        wrong_proposals=wrong / count if count else 0.0,
        near_misses=_near_misses(labels, clusters),
    )


def _near_misses(labels: dict[str, Any], clusters: Sequence[Sequence[Key]]) -> int:
    together = {frozenset(pair) for keys in clusters for pair in itertools.combinations(keys, 2)}
    near = [frozenset((entry["list"], entry["sheet"], entry["row"]) for entry in pair[:2]) for pair in labels.get("near_misses", ())]
    return sum(pair in together for pair in near)


def _quantities(labels: dict[str, Any], reading: Reading) -> float:
    lines = {_key(line.ref): line for line in reading.lines}
    equivalents = labels.get("unit_equivalents", {})
    right = total = 0
    for article in labels["articles"]:
        base = article["base_unit"]
        for member in article["members"]:
            line, wanted = lines.get((member["list"], member["sheet"], member["row"])), member["quantity_in_base_unit"]
            if line is None or wanted is None:
                continue
            given = {"C62": "H87"}.get(line.base_unit, line.base_unit)
            factor = Decimal(1) if given == base else Decimal(str(equivalents.get(base, {}).get(given, 0)))
            total += 1
            right += line.quantity_in_base_unit * factor == Decimal(str(wanted))
    return right / total if total else 0.0


def _figure_rows(title: str, found: Figures, *, hard: bool) -> list[Row]:
    goals = [
        ("Zeilen gelesen", found.read, ">= 0.98", found.read >= 0.98),
        ("Mengen richtig", found.quantities, "1.0", found.quantities == 1),
        ("Genauigkeit", found.precision, ">= 0.98", found.precision >= 0.98),
        ("Ausbeute", found.recall, ">= 0.92", found.recall >= 0.92),
        ("Ausbeute mit Vorschlägen", found.with_review, ">= 0.98", found.with_review >= 0.98),
        ("falsche Vorschläge", found.wrong_proposals, "<= 0.33", found.wrong_proposals <= 1 / 3),
    ]
    figures = [Row(name=f"{title}: {name}", value=f"{value:.3f}", goal=goal, met=met, hard=hard) for name, value, goal, met in goals]
    return [*figures, Row(name=f"{title}: Beinahe-Gleiche verbunden", value=str(found.near_misses), goal="0", met=found.near_misses == 0, hard=hard)]


def _speed_rows(*, quick: bool) -> list[Row]:
    sizes = [500, 2_000] if quick else [500, 2_000, 20_000]
    goals = {500: 10.0, 2_000: 10.0, 20_000: 240.0}
    found, before = [], None
    for size in sizes:
        files = generated(size)
        begin = time.perf_counter()
        worked = time.process_time()
        reading = joined(read_demands([(content, name) for name, content in files]))
        middle = time.perf_counter()
        match(reading.lines)
        taken, worked = time.perf_counter() - begin, time.process_time() - worked
        growth = f", {worked / before[1]:.1f}-fach bei {size / before[0]:.0f}-facher Menge" if before else ""
        detail = f"{len(reading.lines)} Zeilen, Lesen {middle - begin:.1f} s, Rechenzeit {worked:.1f} s{growth}, {_memory()} MB"
        found.append(Row(name=f"5 Listen zu {size} Zeilen", value=f"{taken:.1f} s", goal=f"< {goals[size]:.0f} s", met=taken < goals[size], detail=detail))
        before = (size, worked)
    return found


def _memory() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


HEADS = ["Papier", "Schraube", "Band", "Reiniger", "Handschuh", "Filter", "Kabel", "Folie", "Öl", "Leuchte"]
HEADS += ["Schlauch", "Besen", "Sack", "Farbe", "Batterie", "Stift", "Block", "Tuch", "Lampe", "Platte"]
COLOURS = ["weiß", "schwarz", "blau", "rot", "gelb", "grün"]
SYLLABLES = [first + second for first in "bdfgklmnprstw" for second in "aeiou"]


def generated(size: int, seed: int = 1) -> list[tuple[str, bytes]]:
    """Make up five lists of so many lines that ask for partly the same made-up articles in five manners."""
    rng = random.Random(seed)
    stems = ["".join(rng.choices(SYLLABLES, k=rng.choice([2, 3, 3]))) for _ in range(max(60, size // 5))]
    articles = [(rng.choice(stems), rng.choice(HEADS), rng.choice(COLOURS), rng.choice([10, 20, 25, 40, 50, 80, 100, 120])) for _ in range(int(size * 1.4))]
    return [(f"liste{number}.csv", _list(number, rng.sample(articles, size), rng)) for number in range(5)]


def _list(number: int, articles: Sequence[tuple[str, str, str, int]], rng: random.Random) -> bytes:
    lines = ["Pos;Artikel;Menge;Einheit;Preis netto"]
    for position, (stem, head, colour, size) in enumerate(articles, start=1):
        price = f"{rng.randint(20, 9000) / 100:.2f}".replace(".", ",")
        lines.append(f"{position};{_written(number, stem, head, colour, size)};{rng.randint(1, 300)};{'Packung 50 St' if number % 2 else 'Stück'};{price}")
    return "\r\n".join(lines).encode()


def _written(number: int, stem: str, head: str, colour: str, size: int) -> str:
    manners = (
        f"{stem.capitalize()}{head.lower()} {colour} {size} mm",
        f"{(stem + head).upper()} {colour.upper()} {size}MM",
        f"{stem.capitalize()}{head.lower()[: max(3, len(head) - 2)]}. {colour} {size}mm",
        f"{head} {stem.capitalize()}, {colour}, {size} mm",
        f"{stem.capitalize()}-{head} {size}mm {colour}",
    )
    return manners[number]


def main() -> int:
    """Measure other labelled lists."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching")
    parser.add_argument("--lists", nargs="+", type=Path, required=True)
    parser.add_argument("--truth", type=Path, required=True)
    parser.add_argument("--locale", choices=["de", "en"], default="de")
    options = parser.parse_args()
    for row in _figure_rows("Listen", measure(options.lists, options.truth, NumberLanguage(options.locale)), hard=False):
        print(f"{'ok  ' if row.met else 'MISS'} {row.name:<40} {row.value:>8}  {row.goal}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
