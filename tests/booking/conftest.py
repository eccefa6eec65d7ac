"""The people of the booking tests: whoever books, somebody from another town, the head of the yard that lends, and who takes what an incident needs."""

import pytest

from commons.people import Actor
from commons.permissions import Role
from tests.world import World


@pytest.fixture
def clerk(world: World) -> Actor:
    return world.actor("ossling", Role.CLERK)


@pytest.fixture
def neighbour(world: World) -> Actor:
    return world.actor("neukirch", Role.CLERK)


@pytest.fixture
def head(world: World) -> Actor:
    return world.actor("bernsdorf", Role.BUILDING_YARD_HEAD)


@pytest.fixture
def chief(world: World) -> Actor:
    return world.actor("bernsdorf", Role.MUNICIPAL_FIRE_CHIEF)
