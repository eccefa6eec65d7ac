"""A municipality sees its own notes and prices; others do not, on no page and in no file."""

import html
import io

import pandas as pd
import pytest

from commons.database import write
from commons.permissions import Role
from procurement import bundling
from procurement.queries.bundles import position_rows
from tests.procurement.builders import PAPER, lead, make_approved, make_bundle, reloaded
from tests.world import sign_in

# What each town keeps to itself: a note, and a last price whose figures stand nowhere else.
SECRETS = {"bernsdorf": ("Nur der Schule sagen", "7,77"), "ossling": ("Altbestand verschweigen", "8,88")}
PAGES = ("", "/lose", "/pruefen", "/federfuehrung", "/positionen/{position}", "/positionen/{position}/packungen")
FILES = ("/leistungsverzeichnis.xlsx", "/geschaetzter-wert.xlsx")


@pytest.fixture
def bundle(app_once, world):
    """Paper of two towns, each with a note and a price of its own."""
    made = make_bundle(*(make_approved(town=town, lines=(PAPER,), internal_note=note, price=price) for town, (note, price) in SECRETS.items()))
    bundling.match_bundle(made.id, by=lead())
    write(bundling.propose_lots, made.id, by=lead())
    return made


@pytest.fixture
def seen_by(client_once, bundle):
    """Return everything that a reader gets to see of the bundle and its requests, in words."""
    position = position_rows(reloaded(bundle), lead())[0].id
    requests = [taken.request_id for taken in reloaded(bundle).requests]
    address = f"/beschaffung/buendel/{reloaded(bundle).id}"

    def seen(actor):
        sign_in(client_once, actor)
        places = [address + page.format(position=position) for page in PAGES] + [f"/beschaffung/bedarf/{number}" for number in requests]
        texts = [html.unescape(client_once.get(place).get_data(as_text=True)) for place in places]
        return " ".join([*texts, *(words_in(client_once.get(address + file)) for file in FILES), repr(bundling.bill_of(reloaded(bundle), by=actor))])

    return seen


def words_in(answer):
    """Return the cells of a sheet as a person reads them."""
    if answer.status_code != 200:
        return ""
    sheets = pd.read_excel(io.BytesIO(answer.data), sheet_name=None, header=None, engine="calamine", dtype=str)
    return " ".join(str(cell).replace(".", ",") for sheet in sheets.values() for cell in sheet.to_numpy().ravel())


@pytest.mark.parametrize(
    ("town", "role", "notes", "prices"),
    [
        ("bernsdorf", Role.CLERK, {"bernsdorf"}, {"bernsdorf"}),
        ("bernsdorf", Role.BUDGET_HOLDER, {"bernsdorf"}, {"bernsdorf"}),
        ("ossling", Role.MAYOR, {"ossling"}, {"ossling"}),
        ("ossling", Role.PROCUREMENT_OFFICER, {"ossling"}, {"ossling"}),
        ("koenigsbrueck", Role.PROCUREMENT_OFFICER, set(), {"bernsdorf", "ossling"}),
        ("koenigsbrueck", Role.CLERK, set(), set()),
        ("laussnitz", Role.CLERK, set(), set()),
        ("schwepnitz", Role.CLERK, set(), set()),
    ],
)
def test_notes_and_prices_are_seen_by_their_own_town_alone_and_prices_by_the_lead(world, seen_by, town, role, notes, prices):
    text = seen_by(world.actor(town, role))

    assert {owner for owner, (note, _) in SECRETS.items() if note in text} == notes
    assert {owner for owner, (_, price) in SECRETS.items() if price in text} == prices
