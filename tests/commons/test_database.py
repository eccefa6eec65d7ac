"""Writing is one transaction, whole or not at all."""

import pytest

from commons.database import db, write
from commons.municipalities import find_municipality
from tests.builders import make_municipality


def test_write_commits_what_a_verb_flushed(app):
    write(make_municipality, key="schmorkau")

    db.session.rollback()
    assert find_municipality("schmorkau") is not None


def test_write_rolls_back_when_the_verb_fails(app):
    def fail():
        make_municipality(key="schmorkau")
        raise KeyError

    with pytest.raises(KeyError):
        write(fail)

    assert find_municipality("schmorkau") is None
