"""Imagine: the visions with their ambitions and told futures, the missions, the principles."""

from collections import Counter
from dataclasses import dataclass

from answerable.model.outcome import Outcome
from answerable.model.proposal import Proposal
from answerable.model.state import R, State
from answerable.model.vision import Ambition, Mission, Principle, Scenario, Vision
from answerable.web.call import Call, Page


@dataclass(frozen=True, slots=True)
class Goal:
    """A mission, and what counts towards it.

    Attributes:
        outcomes: how often something was measured that came of its proposals.
    """

    mission: Mission
    proposals: tuple[Proposal, ...]
    outcomes: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A vision, with all that is part of it; told futures by year."""

    vision: Vision
    ambitions: tuple[Ambition, ...]
    scenarios: tuple[Scenario, ...]
    missions: tuple[Goal, ...]
    principles: tuple[Principle, ...]


def imagine(call: Call) -> Page:
    """Show what data should do for people, and what is done towards it."""
    pictures = [_picture(call.state, each) for each in call.state.each(Vision)]
    named = {each.vision.vision for each in pictures}
    others = [p for p in call.state.each(Principle) if p.source not in named]
    return Page("imagine.html", {"pictures": pictures, "principles": others})


def _picture(state: State, vision: Vision) -> Picture:
    name = vision.vision
    futures = sorted(_of(state, Scenario, name), key=lambda each: each.horizon)
    return Picture(
        vision,
        _of(state, Ambition, name),
        tuple(futures),
        tuple(_goal(state, mission) for mission in _of(state, Mission, name)),
        tuple(each for each in state.each(Principle) if each.source == name),
    )


def _of(state: State, kind: type[R], vision: str) -> tuple[R, ...]:
    return tuple(each for each in state.each(kind) if getattr(each, "vision", "") == vision)


def _goal(state: State, mission: Mission) -> Goal:
    own = tuple(each for each in state.each(Proposal) if each.mission == mission.mission)
    measured = Counter(outcome.proposal for outcome in state.each(Outcome))
    return Goal(mission, own, sum(measured[each.proposal] for each in own))
