"""Envision: a shared vision, told futures, ambitions, principles and missions."""

from answerable.model.command import Command, Said, rule, says
from answerable.model.engagement import Engagement
from answerable.model.errors import Missing, Refused
from answerable.model.state import State
from answerable.model.vision import (
    Ambition,
    AmbitionFields,
    AmbitionSet,
    Mission,
    MissionFields,
    MissionSet,
    Principle,
    PrincipleAdopted,
    PrincipleFields,
    Scenario,
    ScenarioFields,
    ScenarioTold,
    Vision,
    VisionFields,
    VisionPublished,
)


class PublishVision(VisionFields, Command):
    """Publish a vision and the years it looks at."""


class TellScenario(ScenarioFields, Command):
    """Tell a future for one of the horizons."""


class SetAmbition(AmbitionFields, Command):
    """Add an ambition to a vision."""


class AdoptPrinciple(PrincipleFields, Command):
    """Adopt a principle from a vision or from a panel."""


class SetMission(MissionFields, Command):
    """Set a mission that outcomes can count towards."""


says(PublishVision, VisionPublished)
says(TellScenario, ScenarioTold)
says(SetAmbition, AmbitionSet)
says(AdoptPrinciple, PrincipleAdopted)
says(SetMission, MissionSet)


@rule(VisionPublished)
def check_vision(state: State, body: VisionPublished, _said: Said) -> None:
    """Refuse a name that is taken."""
    state.free(Vision, body.vision)


@rule(ScenarioTold)
def check_scenario(state: State, body: ScenarioTold, _said: Said) -> None:
    """Refuse a future for a year that the vision does not look at."""
    state.free(Scenario, body.scenario)
    horizons = state.get(Vision, body.vision).horizons
    if body.horizon not in horizons:
        raise Refused(
            "scenario.horizon", horizon=body.horizon, horizons=[str(year) for year in horizons]
        )


@rule(AmbitionSet)
def check_ambition(state: State, body: AmbitionSet, _said: Said) -> None:
    """Refuse a name that is taken, and a vision that does not exist."""
    state.free(Ambition, body.ambition)
    state.get(Vision, body.vision)


@rule(PrincipleAdopted)
def check_principle(state: State, body: PrincipleAdopted, _said: Said) -> None:
    """Refuse a principle that comes from nowhere."""
    state.free(Principle, body.principle)
    panel = state.find(Engagement, body.source)
    if not (state.find(Vision, body.source) or panel):
        raise Missing("source.unknown", name=body.source)
    if panel and panel.finished is None:
        raise Refused("panel.unfinished", engagement=body.source)


@rule(MissionSet)
def check_mission(state: State, body: MissionSet, _said: Said) -> None:
    """Refuse a name that is taken, and a vision that does not exist."""
    state.free(Mission, body.mission)
    state.get(Vision, body.vision)
