"""Packs for the pooled quantity of all towns, as asked on the page of a position."""

from decimal import Decimal

import pytest

from procurement import bundling
from procurement.bundling.packing import Terms, packs_of, plan_packs, step_of
from procurement.queries.bundles import asked_in, get_position, lines_in, position_rows
from tests.procurement.builders import lead, make_approved, make_bundle, reloaded
from tests.world import sign_in

GLUE = "Klebstoff im Fass"


@pytest.fixture
def bundle(app_once, world):
    towns = (("bernsdorf", "7"), ("ossling", "4"), ("laussnitz", "2"))
    made = make_bundle(*(make_approved(town=town, lines=((GLUE, amount, "Stück"),)) for town, amount in towns))
    bundling.match_bundle(made.id, by=lead())
    return reloaded(made)


def lines_of(bundle):
    (row,) = position_rows(bundle, lead())
    position = get_position(bundle, row.id)
    return row.id, lines_in(position, bundle, lead()), asked_in(position)


def test_packs_of_lines_carry_the_lowest_last_price(bundle):
    _, lines, asked = lines_of(bundle)

    (pack,) = packs_of(lines, asked)

    assert (pack.content, pack.scales[0].price) == (Decimal(1), Decimal(4))


def test_case_21_pack_rounding_over_all_towns(bundle):
    from procurement.rules.packs import Pack, Scale

    _, lines, asked = lines_of(bundle)
    plan = plan_packs(lines, asked, Terms(packs=[Pack(name="Karton", content=Decimal(5), scales=(Scale(from_packs=1, price=Decimal(20)),))]))

    assert ([count for _, count in plan.packs], plan.total, plan.surplus, plan.beyond_cost, plan.alone) == ([3], 15, 2, Decimal("8.00"), 20)


def test_page_shows_the_plan_and_refuses_a_wrong_percentage(app_once, bundle):
    position_id, _, _ = lines_of(bundle)
    client = app_once.test_client()
    sign_in(client, lead())
    address = f"/beschaffung/buendel/{bundle.id}/positionen/{position_id}/packungen"

    page = client.get(address).get_data(as_text=True)

    assert "Wer bekommt wie viel" in page
    assert "Keine andere Wahl dieser Packungen ist besser" in page
    assert client.get(f"{address}?packs=0&tolerance=10").status_code == 200
    assert client.get(f"{address}?packs=0&tolerance=900").status_code == 422


@pytest.mark.parametrize(("amounts", "step"), [(["3", "12"], "1"), (["2.5", "1"], "0.1"), (["0.125"], "0.001")], ids=["whole", "tenth", "thousandth"])
def test_step_is_the_last_place_in_use(amounts, step):
    assert step_of([Decimal(amount) for amount in amounts]) == Decimal(step)
