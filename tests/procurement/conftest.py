from pathlib import Path

import pytest

LISTS = Path(__file__).parents[1] / "data" / "demand" / "lists"


@pytest.fixture
def demand_list():
    """Return the bytes of a sample list by name."""
    return lambda name: (LISTS / name).read_bytes()
