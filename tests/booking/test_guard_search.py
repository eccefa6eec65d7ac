"""The guard against a plain model: whatever changes planned occupancy, in any order, ends alike in both."""

import time
from contextlib import nullcontext
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.guard_machine import Guard
from tests.booking.guard_model import Model
from tests.booking.searching import A_PASS, SETTINGS, Search


@pytest.mark.hypothesis
def test_the_guard_and_a_plain_model_agree(app):
    run_state_machine_as_test(Guard, settings=settings(SETTINGS, max_examples=8, stateful_step_count=15))


def test_the_search_ends_in_time_though_its_pass_is_long(app_once, capsys):
    begun = time.monotonic()

    search = Search(name="sqlite", seconds=1).run(Guard, nullcontext, a_pass=settings(A_PASS, max_examples=1_000_000))

    assert time.monotonic() - begun >= 1  # and far from the hours of a million examples
    assert 0 < search.examples < search.steps
    assert search.result.endswith(": no difference")


class Hasty(Model):
    """Forget that some devices rest after a booking."""

    def rows_for(self, claim, wishes, span, expires=None):
        return [replace(row, end=span[1]) for row in super().rows_for(claim, wishes, span, expires)]


class Planted(Guard):
    plain = Hasty


def test_the_search_finds_a_planted_difference(app_once, capsys):
    search = Search(name="sqlite", seconds=120, shortening=1).run(Planted, nullcontext)

    assert "A DIFFERENCE" in search.result
    assert "AssertionError" in search.difference
    assert "state.nothing_is_taken_twice()" in search.difference  # the way to it, step by step
    assert "A DIFFERENCE" in capsys.readouterr().out  # at once, before a shorter way is looked for
