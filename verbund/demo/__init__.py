"""The demo association: invented people, devices and lists, built only through the verbs that people use."""

from importlib import import_module
from importlib.util import find_spec

from verbund.demo import people

# Each part can be loaded again and changes nothing the second time.
PARTS = ("verbund.demo.measures", "verbund.demo.bookings", "verbund.demo.readiness", "verbund.demo.procurement", "verbund.demo.tenders")


def load() -> None:
    """Load every part of the demo, in the order in which they need each other."""
    people.load()
    for part in PARTS:
        if find_spec(part) is not None:
            import_module(part).load()
