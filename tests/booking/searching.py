"""Search for a difference between the wing and its plain model, with ever new examples until the time is over."""

import random
import time
import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test

SETTINGS = settings(deadline=None, database=None, print_blob=True, suppress_health_check=list(HealthCheck), report_multiple_bugs=False)
# The examples of a pass share a database: each adds devices and bookings, and the sweep reads them all.
A_PASS = settings(SETTINGS, derandomize=False, max_examples=100, stateful_step_count=30)
TOLD_EVERY = 30.0
Databases = Callable[[], AbstractContextManager[object]]


class TimeIsOver(BaseException):
    """End a pass wherever it is; no fault, so Hypothesis lets it through."""


@dataclass(kw_only=True)
class Search:
    """Count what was tried, and keep the difference where there is one."""

    name: str
    seconds: float
    shortening: float = 120.0  # how long to look for a shorter way to a difference that was found
    begun: float = 0.0
    until: float = 0.0
    told: float = 0.0
    examples: int = 0
    steps: int = 0
    difference: str = ""

    def run(self, machine: type[RuleBasedStateMachine], databases: Databases, *, a_pass: settings = A_PASS) -> "Search":
        """Search until the time is over or a difference is found, then for the shortest way to it; each pass has a database of its own."""
        self.begun = self.told = time.monotonic()
        self.until, number, watched = self.begun + self.seconds, 0, _watched(machine, self)
        while not self.difference and time.monotonic() < self.until:
            number = random.getrandbits(64)
            self.difference = self._pass(seed(number)(watched), databases, settings(a_pass, phases=[Phase.generate]))
        if self.difference and self.shortening:
            print(f"{self.result}\n{self.name}: looking for a shorter way to it …", flush=True)
            self.until = time.monotonic() + self.shortening
            self.difference = self._pass(seed(number)(watched), databases, settings(a_pass, phases=[Phase.generate, Phase.shrink])) or self.difference
        return self

    def _pass(self, watched: type[RuleBasedStateMachine], databases: Databases, a_pass: settings) -> str:
        """Return the difference that a pass finds, with the way to it; nothing where it finds none in time."""
        try:
            with databases():
                run_state_machine_as_test(watched, settings=a_pass)
        except TimeIsOver:
            return ""
        except Exception:  # noqa: BLE001 (whatever goes wrong is a difference: the model knows of no faults)
            # Hypothesis may call an example flaky that was cut off.
            return traceback.format_exc() if time.monotonic() < self.until else ""
        return ""

    def note_step(self) -> None:
        """Count a step, say now and then how it goes, and end when the time is over."""
        self.steps += 1
        now = time.monotonic()
        if now >= self.until:
            raise TimeIsOver
        if now - self.told >= TOLD_EVERY:
            self.told = now
            print(f"{self.name}: {self.tried} of {_clock(self.seconds)}{'' if self.difference else ', no difference so far'}", flush=True)

    @property
    def tried(self) -> str:
        """Say how much was tried."""
        return f"{self.examples:,} examples with {self.steps:,} steps in {_clock(time.monotonic() - self.begun)}"

    @property
    def result(self) -> str:
        """Say what came out."""
        return f"{self.name}: {self.tried}: " + (f"A DIFFERENCE:\n{self.difference}" if self.difference else "no difference")


def _watched(machine: type[RuleBasedStateMachine], search: Search) -> type[RuleBasedStateMachine]:
    class Watched(machine):  # type: ignore[valid-type,misc]
        def __init__(self) -> None:
            super().__init__()
            search.examples += 1

        @invariant()
        def time_is_left(self) -> None:
            search.note_step()

    Watched.__name__ = machine.__name__
    return Watched


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
