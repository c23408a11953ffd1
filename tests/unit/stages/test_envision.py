import pytest
from tests.unit.stages.table import allowed, each, empty, judge, refused, usual
from tests.worlds import COUNCIL, before, example

from answerable.model.engagement import PanelFinished, RecommendationAnswered
from answerable.model.errors import Refused
from answerable.model.vision import (
    Ambition,
    AmbitionSet,
    Mission,
    MissionSet,
    Principle,
    PrincipleAdopted,
    Scenario,
    ScenarioTold,
    Vision,
    VisionPublished,
)

CASES = [
    refused("vision.taken", VisionPublished, usual),
    refused("scenario.taken", ScenarioTold, usual),
    refused("scenario.horizon", ScenarioTold, horizon=2031),
    refused("vision.unknown", ScenarioTold, vision="another"),
    refused("ambition.taken", AmbitionSet, usual),
    refused("vision.unknown", AmbitionSet, vision="another"),
    refused("principle.taken", PrincipleAdopted, usual),
    refused("source.unknown", PrincipleAdopted, source="nobody"),
    refused("source.unknown", PrincipleAdopted, empty),
    refused(
        "panel.unfinished",
        PanelFinished,
        body=example(PrincipleAdopted, principle="in-pairs", source="flood-panel"),
        by=COUNCIL,
    ),
    refused("mission.taken", MissionSet, usual),
    refused("vision.unknown", MissionSet, vision="another"),
]
ALLOWED = [
    allowed(VisionPublished),
    allowed(VisionPublished, usual, vision="another"),
    allowed(ScenarioTold, horizon=2050),
    allowed(AmbitionSet),
    allowed(PrincipleAdopted),
    allowed(MissionSet),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_a_principle_may_come_from_a_panel():
    world = before(RecommendationAnswered)
    body = example(PrincipleAdopted, principle="in-pairs", source="flood-panel")
    assert world.state.find(Principle, "in-pairs") is None
    world.say(body, org="council", role=COUNCIL[1])
    assert world.state.get(Principle, "in-pairs").source == "flood-panel"


def test_the_state_remembers_each():
    state = before(None).state
    assert state.get(Vision, "dry-feet-2050").horizons == (2030, 2050)
    assert state.get(Scenario, "great-flood").story.say().startswith("It rained")
    assert state.get(Ambition, "know-who-needs-help").vision == "dry-feet-2050"
    assert state.get(Principle, "say-why").entry < state.get(Mission, "safe-homes").entry


def test_a_refusal_names_the_years_that_would_do():
    case = next(case for case in CASES if case.code == "scenario.horizon")
    world = case.world()
    with pytest.raises(Refused) as refusal:
        world.check(case.said(world))
    assert refusal.value.params == {"horizon": 2031, "horizons": ["2030", "2050"]}
