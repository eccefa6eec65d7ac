"""The people and the moment of the numbered cases of booking."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from commons.clock import stopped_at
from commons.people import Actor
from commons.permissions import Role
from tests.world import World


@pytest.fixture
def winter_morning() -> Iterator[None]:
    with stopped_at(datetime(2027, 1, 4, 8, 0, tzinfo=UTC)):
        yield


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor("ossling", Role.CLERK)


@pytest.fixture
def head(world: World) -> Actor:
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)
