"""Pages of a large bundle: a page at a time, at the price of a page."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from commons.database import db, write
from procurement import bundling
from procurement.queries.bundles import position_rows
from procurement.views import paging
from tests.procurement.builders import lead, make_approved, make_bundle, reloaded
from tests.world import sign_in


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database."""
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield asked
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def large(monkeypatch):
    """Return a bundle of seven positions, three a page."""
    monkeypatch.setattr(paging, "POSITIONS_A_PAGE", 3)
    return make_bundle(make_approved(lines=tuple((f"Sache {letter}", "2", "Stück") for letter in "ABCDEFG")))


def titles(page):
    return [letter for letter in "ABCDEFG" if f"Sache {letter}<" in page]


@pytest.mark.parametrize(("page", "shown"), [("", "ABC"), ("?page=2", "DEF"), ("?page=3", "G"), ("?page=4", ""), ("?page=x", "ABC"), ("?page=-1", "ABC")])
def test_bundle_is_shown_page_by_page(client_once, large, page, shown):
    sign_in(client_once, lead())

    answer = client_once.get(f"/beschaffung/buendel/{large.id}{page}")

    assert (answer.status_code, titles(answer.get_data(as_text=True))) == (200, list(shown))


@pytest.mark.parametrize("path", ["", "/lose", "/positionen/{position}"])
def test_page_of_a_bundle_asks_no_more_for_more_lines(client_once, path):
    sign_in(client_once, lead())
    counts = []
    for letters in ("AB", "ABCDEFGHIJKLMNOP"):
        bundle = make_bundle(make_approved(lines=tuple((f"Sache {letter}", "2", "Stück") for letter in letters), title=letters))
        position = position_rows(bundle, lead())[0].id
        with statements() as asked:
            assert client_once.get(f"/beschaffung/buendel/{bundle.id}" + path.format(position=position)).status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_position_far_down_is_found_to_move_lines_to(client_once, large, monkeypatch):
    monkeypatch.setattr("procurement.views.reviewing.TARGETS", 2)
    sign_in(client_once, lead())
    first, *_, last = position_rows(large, lead())
    address = f"/beschaffung/buendel/{large.id}/positionen/{first.id}"

    plain, sought = (client_once.get(address + query).get_data(as_text=True) for query in ("", "?suche=sache g"))

    assert "Suchen Sie nach einem Wort" in plain
    assert f'<option value="{last.id}">' not in plain
    assert f'<option value="{last.id}">' in sought
    write(bundling.move, large.id, first.id, [reloaded(large).requests[0].request.lines[0].id], target_id=last.id, by=lead())
    assert position_rows(reloaded(large), lead())[-1].lines == 2
