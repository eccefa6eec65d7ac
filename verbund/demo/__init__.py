"""The demo association: invented people, devices and lists, built only through the verbs that people use."""

from verbund.demo import belongings, bookings, measures, people, procurement, readiness, tenders

# In the order in which they need each other; each can be loaded again and changes nothing the second time.
PARTS = (people, measures, bookings, belongings, readiness, procurement, tenders)


def load() -> None:
    """Load every part of the demo."""
    for part in PARTS:
        part.load()
