"""Numbers that no row can have are pages that do not exist, on every page of handover, incidents and readiness."""

import re

import pytest

from commons.permissions import Role
from tests.test_house import own_rules
from tests.world import sign_in

PLACES = {"displaced", "handover", "incidents", "readiness"}


@pytest.mark.parametrize("role", [Role.CLERK, Role.BUILDING_YARD_HEAD, Role.BRIGADE_CHIEF], ids=["clerk", "yard_head", "chief"])
@pytest.mark.parametrize("number", [999_999, 2**70], ids=["unknown", "beyond_all"])
def test_a_number_that_no_row_has_does_not_exist(app_once, client_once, world, role, number):
    sign_in(client_once, world.actor("bernsdorf", role))
    numbered = [rule for rule in own_rules(app_once) if rule.endpoint.split(".")[0] in PLACES and rule.arguments]

    for rule in numbered:
        address = re.sub(r"<int:[a-z_]+>", str(number), rule.rule)
        answer = (client_once.get if "GET" in rule.methods else client_once.post)(address)
        assert answer.status_code in {403, 404}, address
    assert len(numbered) >= 18
