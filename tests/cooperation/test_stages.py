import pytest

from commons.stages import StepNotLawful
from cooperation import stages
from cooperation.stages import Stage, check_measure_step

S = Stage
LAWFUL = [(before, after) for before, found in stages.STEPS.items() for after in found]


def test_every_stage_has_its_steps_its_name_and_its_badge():
    assert set(stages.STEPS) == set(stages.STAGE_NAMES) == set(stages.STAGE_KINDS) == set(Stage)


@pytest.mark.parametrize(("before", "after"), LAWFUL, ids=[f"{before}-{after}" for before, after in LAWFUL])
def test_check_step_allows_what_the_table_holds(before, after):
    assert check_measure_step(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [(S.IDEA, S.RUNNING), (S.IDEA, S.IDEA), (S.DESCRIBED, S.IN_PROGRESS), (S.RUNNING, S.IDEA), (S.REJECTED, S.RUNNING)],
    ids=["leap", "standing_still", "without_recommendation", "back_to_the_start", "from_rejected"],
)
def test_check_step_refuses_what_the_table_does_not_hold(before, after):
    with pytest.raises(StepNotLawful) as refusal:
        check_measure_step(before, after)

    assert (refusal.value.before, refusal.value.after) == (stages.STAGE_NAMES[before], stages.STAGE_NAMES[after])


def test_every_stage_of_the_way_leads_to_the_next():
    for before, after in zip(stages.WAY, stages.WAY[1:], strict=False):
        assert check_measure_step(before, after) is None
