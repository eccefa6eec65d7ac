"""The award as whole numbers, and its rows for the solver; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One offer: who, which lots (ascending), how many cents."""

    bidder: int
    lots: tuple[int, ...]
    cents: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One linear condition over columns, with whole coefficients."""

    lower: int | None
    upper: int | None
    entries: Mapping[int, int]


@dataclass(frozen=True, kw_only=True)
class Model:
    """All offers and conditions of one award."""

    lots: tuple[str, ...]
    bidders: tuple[str, ...]
    choices: tuple[Choice, ...]
    required: frozenset[int]
    lot_limits: Mapping[int, int]
    bidder_limit: int | None
    minimums: Mapping[int, int]
    delivery: Mapping[tuple[int, str], int]
    places: tuple[frozenset[str], ...]
    packages_refused: bool = False
    forced: frozenset[int] = frozenset()  # bidders who must win something: to explain why they do not
    excluded: Mapping[int, int] = field(default_factory=dict)  # lot to winner of an award that does not count: to find the second best

    @staticmethod
    def euros(cents: int) -> Decimal:
        """Return whole cents as euros."""
        return Decimal(cents).scaleb(-2)

    def charges(self, chosen: Iterable[Choice]) -> dict[tuple[int, str], int]:
        """Return the delivery charges that an award brings: once per bidder and municipality."""
        reached = {(choice.bidder, place) for choice in chosen for lot in choice.lots for place in self.places[lot]}
        return {key: cents for key, cents in self.delivery.items() if key in reached}

    def cents_of(self, chosen: Sequence[Choice]) -> int:
        """Add up an award exactly."""
        return sum(choice.cents for choice in chosen) + sum(self.charges(chosen).values())


@dataclass(frozen=True, kw_only=True)
class Program:
    """Columns and rows of a model over some of its choices: first the choices, then a switch per bidder, then one per delivery."""

    columns: tuple[int, ...]
    costs: list[int]
    rows: list[Row]
    lot_rows: dict[int, int]
    switches: dict[int, int]
    deliveries: dict[tuple[int, str], int]


def program(model: Model, columns: Sequence[int], *, count_bidders: bool = False, exclusions: Iterable[Sequence[int]] = ()) -> Program:
    """Write the rows of a model over the given choices; of each exclusion at most one choice wins."""
    choices = [model.choices[column] for column in columns]
    costs = [choice.cents for choice in choices]
    covering, of_bidder = _indices(choices)
    rows = [
        Row(lower=int(lot in model.required), upper=1, entries=dict.fromkeys((column for columns in covering[lot].values() for column in columns), 1))
        for lot in range(len(model.lots))
    ]
    rows += [
        Row(lower=None, upper=limit, entries={column: len(choices[column].lots) for column in of_bidder[bidder]})
        for bidder, limit in sorted(model.lot_limits.items())
    ]
    rows += [Row(lower=1, upper=None, entries=dict.fromkeys(of_bidder[bidder], 1)) for bidder in sorted(model.forced)]
    if model.excluded:
        rows.append(_other_than(model.excluded, choices))
    switches = _switch_rows(model, choices, costs, rows, covering, of_bidder, all_bidders=count_bidders or model.bidder_limit is not None)
    deliveries = _delivery_rows(model, costs, rows, covering)
    rows += _exclusion_rows(columns, exclusions)
    return Program(
        columns=tuple(columns), costs=costs, rows=rows, lot_rows={lot: lot for lot in sorted(model.required)}, switches=switches, deliveries=deliveries
    )


def _exclusion_rows(columns: Sequence[int], exclusions: Iterable[Sequence[int]]) -> list[Row]:
    position = {column: index for index, column in enumerate(columns)}
    rows = [Row(lower=None, upper=1, entries=dict.fromkeys((position[column] for column in group if column in position), 1)) for group in exclusions]
    return [row for row in rows if len(row.entries) > 1]


def _other_than(excluded: Mapping[int, int], choices: Sequence[Choice]) -> Row:
    """Demand that at least one lot goes to somebody else."""
    same = {column: sum(excluded.get(lot) == choice.bidder for lot in choice.lots) for column, choice in enumerate(choices)}
    return Row(lower=None, upper=len(excluded) - 1, entries={column: count for column, count in same.items() if count})


def _indices(choices: Sequence[Choice]) -> tuple[defaultdict[int, dict[int, list[int]]], defaultdict[int, list[int]]]:
    covering: defaultdict[int, dict[int, list[int]]] = defaultdict(dict)
    of_bidder: defaultdict[int, list[int]] = defaultdict(list)
    for column, choice in enumerate(choices):
        of_bidder[choice.bidder].append(column)
        for lot in choice.lots:
            covering[lot].setdefault(choice.bidder, []).append(column)
    return covering, of_bidder


def _switch_rows(
    model: Model,
    choices: Sequence[Choice],
    costs: list[int],
    rows: list[Row],
    covering: Mapping[int, dict[int, list[int]]],
    of_bidder: Mapping[int, list[int]],
    *,
    all_bidders: bool,
) -> dict[int, int]:
    """Add a switch per bidder that is on when he wins anything, where a limit or a minimum needs it."""
    switches = {bidder: len(costs) + number for number, bidder in enumerate(sorted(bidder for bidder in of_bidder if all_bidders or bidder in model.minimums))}
    costs += [0] * len(switches)
    for per_bidder in covering.values():
        rows += [_implies(columns, switches[bidder]) for bidder, columns in per_bidder.items() if bidder in switches]
    for bidder, minimum in sorted(model.minimums.items()):
        if bidder in switches:
            rows.append(Row(lower=0, upper=None, entries={**{column: choices[column].cents for column in of_bidder[bidder]}, switches[bidder]: -minimum}))
    if model.bidder_limit is not None:
        rows.append(Row(lower=None, upper=model.bidder_limit, entries=dict.fromkeys(switches.values(), 1)))
    return switches


def _delivery_rows(model: Model, costs: list[int], rows: list[Row], covering: Mapping[int, dict[int, list[int]]]) -> dict[tuple[int, str], int]:
    """Add a switch per bidder and municipality that costs the delivery when any lot goes there."""
    deliveries = {key: len(costs) + number for number, key in enumerate(sorted(model.delivery))}
    costs += [model.delivery[key] for key in sorted(model.delivery)]
    for lot, per_bidder in covering.items():
        for place in sorted(model.places[lot]):
            rows += [_implies(columns, deliveries[bidder, place]) for bidder, columns in per_bidder.items() if (bidder, place) in deliveries]
    return deliveries


def _implies(columns: Sequence[int], switch: int) -> Row:
    return Row(lower=None, upper=0, entries={**dict.fromkeys(columns, 1), switch: -1})
