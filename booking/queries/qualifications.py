"""What the qualifications are called that a device asks of its operator."""

from collections.abc import Iterable
from functools import cache

from commons import shipped


@cache
def _names() -> dict[str, str]:
    return {row["key"]: row["name_de"] for row in shipped.rows("qualifications.csv")}


def names_of(keys: Iterable[str]) -> list[str]:
    """Return how people call them; one that an owner named stays as it is."""
    return [_names().get(key, key) for key in keys]


def keys_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the shipped keys of names, and other names as they are."""
    known = {name: key for key, name in _names().items()}
    return tuple(known.get(name, name) for name in names)
