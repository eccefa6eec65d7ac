"""Search for a difference between the wing and its plain model, with ever new examples until the time is over."""

import random
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import HypothesisException
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

SETTINGS = settings(
    deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False
)
# The examples of a pass share a database: each adds devices and bookings, and the sweep reads them all.
A_PASS = settings(SETTINGS, derandomize=False, max_examples=100, stateful_step_count=30)
TOLD_EVERY = 30.0


class TimeIsOver(BaseException):
    """End a pass wherever it is; no fault, so Hypothesis lets it through."""


@dataclass(kw_only=True)
class Search:
    """Count what was tried, and keep the difference where there is one."""

    name: str
    seconds: float
    begun: float = 0.0
    told: float = 0.0
    examples: int = 0
    steps: int = 0
    difference: str = ""
    is_shrinking: bool = False
    is_over: bool = False

    @property
    def passed(self) -> float:
        """Return for how long the search has been going on."""
        return time.monotonic() - self.begun

    def run(self, machine: type[RuleBasedStateMachine], database: Callable[[], AbstractContextManager[object]], *, a_pass: settings = A_PASS) -> "Search":
        """Search until the time is over or a difference is found; each pass has a database of its own."""
        self.begun = self.told = time.monotonic()
        watched = _watched(machine, self)
        while not self.difference and not self.is_over:
            with database():
                self._pass(watched, a_pass)
        return self

    def _pass(self, watched: type[RuleBasedStateMachine], a_pass: settings) -> None:
        try:
            run_state_machine_as_test(seed(random.getrandbits(64))(watched), settings=a_pass)
        except TimeIsOver:
            pass
        except Exception:  # noqa: BLE001 (whatever goes wrong is a difference: the model knows of no faults)
            if not self.is_over:  # Hypothesis may call an example that was cut off flaky
                self.difference = traceback.format_exc()

    def note_step(self) -> None:
        """Count a step, say now and then how it goes, and end when the time is over; a difference that was seen is made small first."""
        self.steps += 1
        if self.is_shrinking:
            return
        if time.monotonic() - self.told >= TOLD_EVERY:
            self.told = time.monotonic()
            print(f"{self.name}: {_clock(self.passed)} of {_clock(self.seconds)}, {self.tried}, no difference so far", flush=True)
        if self.passed >= self.seconds:
            self.is_over = True
            raise TimeIsOver

    @property
    def tried(self) -> str:
        """Say how much was tried."""
        return f"{self.examples:,} examples with {self.steps:,} steps"

    @property
    def result(self) -> str:
        """Say what came out."""
        found = f"A DIFFERENCE:\n{self.difference}" if self.difference else "no difference"
        return f"{self.name}: {self.tried} in {_clock(self.passed)}: {found}"


def _watched(machine: type[RuleBasedStateMachine], search: Search) -> type[RuleBasedStateMachine]:
    class Watched(machine):  # type: ignore[valid-type,misc]
        def __init__(self) -> None:
            super().__init__()
            search.examples += 1

        @invariant()
        def time_is_left(self) -> None:
            search.note_step()

        def teardown(self) -> None:
            fault = sys.exc_info()[1]
            if isinstance(fault, Exception) and not isinstance(fault, HypothesisException) and not search.is_shrinking:
                search.is_shrinking = True
                print(f"{search.name}: {_clock(search.passed)}, {search.tried}: a difference; looking for the shortest way to it …", flush=True)
            super().teardown()

    Watched.__name__ = machine.__name__
    return Watched


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
