"""What lies between the numbered cases 1 to 26: the same rules for numbers, texts and steps that no case lists."""

import random
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from commons.database import db, write
from commons.journal import entries_about
from commons.numbers import AmbiguousNumber, ForeignNumber, read_number
from procurement import bundling
from procurement.exchange.safe_cell import safe
from procurement.models import BundleLine, RememberedPair
from procurement.queries.bundles import position_rows
from procurement.reading import read_demand
from procurement.rules.amounts import FractionOfWhole, QuantityNegative, amount_of
from procurement.rules.packs import Pack, Wish, plan_binding
from tests.procurement.builders import lead, make_approved, make_bundle, reloaded

PAPER = "Kopierpapier DIN A4, 80 g/m²"


@settings(deadline=None)
@given(st.integers(1, 999), st.integers(0, 999))
def test_case_2_and_3_between_a_point_before_three_digits_is_asked_and_foreign_separators_are_refused(whole, thousandth):
    written = f"{whole}.{thousandth:03d}"

    with pytest.raises(AmbiguousNumber) as asked:
        read_number(written)
    with pytest.raises(ForeignNumber):
        read_number(f"{whole},{thousandth:03d}.50")

    assert asked.value.readings == (Decimal(f"{whole}{thousandth:03d}"), Decimal(written))


@settings(deadline=None)
@given(st.integers(1, 10**9), st.sampled_from(["-", "−", "–"]), st.booleans())
def test_case_4_between_no_sign_is_lost_in_a_price(cents, sign, is_behind):
    number = f"{cents / Decimal(100):.2f}".replace(".", ",")
    reading = read_demand(f"Artikel;Menge;Einheit;Preis\nEimer;3;Stück;{number + sign if is_behind else sign + number}\n".encode(), "x.csv")

    assert [fault.field for fault in reading.faults] == ["price"]
    assert [line.price_net for line in reading.lines] == [None]


@settings(deadline=None)
@given(st.text(alphabet="=+-@\t\rABC1(),;'\" ", min_size=1, max_size=12))
def test_case_13_between_no_exported_text_is_a_formula(text):
    assert not safe(text).startswith(("=", "+", "-", "@", "\t", "\r")) or re.fullmatch(r"[+-]+[\d.,]+ *", text)


@settings(deadline=None)
@given(st.integers(1, 400), st.integers(1, 12), st.sampled_from([100, 250, 500]), st.integers(0, 400), st.integers(0, 5000))
def test_case_17_between_packs_of_packs_and_loose_sheets_sum_exactly(cartons, reams, sheets, loose_reams, loose_sheets):
    written = f"{cartons} Karton à {reams} Ries à {sheets} Bl"
    total = cartons * reams * sheets
    if sheets == 500:
        written += f" + {loose_reams} Ries" if loose_reams else ""
        total += loose_reams * 500
    written += f" + {loose_sheets} Blatt" if loose_sheets else ""

    amount = amount_of(written, "", PAPER)

    assert (amount.in_base, amount.content.base) == (total + loose_sheets, "LEF")


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 999))
def test_case_20_between_no_part_of_a_piece_and_nothing_below_zero_is_wanted(whole, thousandth):
    with pytest.raises(FractionOfWhole):
        amount_of(f"{whole},{thousandth:03d}", "Stück", "Leitkegel")
    with pytest.raises(QuantityNegative):
        amount_of(f"-{whole + 1}", "Stück", "Leitkegel")


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("abcde"), st.integers(0, 60), min_size=1), st.integers(1, 30), st.integers(0, 200))
def test_case_21_to_26_between_pooled_packs_are_never_more_than_packs_rounded_alone(wanted, content, minimum):
    wishes = {name: Wish(quantity=Decimal(quantity)) for name, quantity in wanted.items()}
    plan = plan_binding([Pack(name="Packung", content=Decimal(content))], wishes, minimum_order=Decimal(minimum))
    alone = sum(-(-quantity // content) * content for quantity in wanted.values())

    assert plan.total <= max(alone, -(-minimum // content) * content)
    assert plan.total >= sum(wanted.values())
    assert all(share.gets >= wanted[name] for name, share in plan.shares.items())
    assert all(plan.shares[name].gets == 0 for name, quantity in wanted.items() if quantity == 0)


LINES = tuple((f"Sache {number}", f"{number + 1}", "Stück") for number in range(6))


def state(bundle):
    """Return everything that an undo must bring back: places, quantities, lots, and what the association knows."""
    rows = [(row.title, row.lines, row.total, tuple(sorted(row.totals.items())), row.lot_id) for row in position_rows(reloaded(bundle), lead())]
    places = [tuple(row) for row in db.session.execute(select(BundleLine.line_id, BundleLine.position_id, BundleLine.converted).order_by(BundleLine.line_id))]
    known = [(pair.first_key, pair.second_key, pair.decision) for pair in db.session.scalars(select(RememberedPair).order_by(RememberedPair.id))]
    return rows, places, known


def random_step(bundle, chance):
    """Merge, split or move what stands there now."""
    rows = position_rows(reloaded(bundle), lead())
    large = [row for row in rows if row.lines > 1]
    if large and chance.random() < 0.5:
        row = chance.choice(large)
        ids = list(db.session.scalars(select(BundleLine.line_id).where(BundleLine.position_id == row.id)))
        chosen = chance.sample(ids, chance.randint(1, len(ids) - 1))
        others = [other.id for other in rows if other.id != row.id]
        if others and chance.random() < 0.5:
            return write(bundling.move, bundle.id, row.id, chosen, target_id=chance.choice(others), by=lead())
        return write(bundling.split, bundle.id, row.id, chosen, by=lead())
    first, second = chance.sample(rows, 2)
    return write(bundling.merge, bundle.id, first.id, second.id, by=lead())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_case_19_between_any_row_of_steps_is_undone_to_the_first_state_and_the_journal_keeps_all(app_once, seed):
    bundle = make_bundle(make_approved(lines=LINES), make_approved(town="ossling", lines=LINES[:3]))
    chance, states, steps = random.Random(seed), [state(bundle)], []

    for _ in range(6):
        steps.append(random_step(bundle, chance).id)
        states.append(state(bundle))
    sums = {sum(row[2] for row in rows) for rows, _, _ in states}
    for step in reversed(steps):
        assert state(bundle) == states.pop()
        write(bundling.undo, bundle.id, step, by=lead())

    assert state(bundle) == states.pop()
    assert len(sums) == 1
    acts = [entry.act for entry in entries_about("bundle", bundle.id)]
    assert (len(acts), acts.count("bundle.undone")) == (1 + 2 * len(steps), len(steps))
