"""A reason names something that can be found. The refusals are in the stage that asks for it."""

import pytest
from tests.worlds import before, example

from answerable.model.agreement import AgreementDrafted
from answerable.model.engagement import (
    Recommendation,
    RecommendationAnswered,
    RecommendationRatified,
)
from answerable.model.proposal import Basis, Proposal, Risk
from answerable.model.reasons import ground, needs_panel, recommendations_of
from answerable.model.vision import Principle


@pytest.mark.parametrize(
    ("reason", "kind", "name"),
    [
        ("principle:say-why", Principle, "say-why"),
        ("risk:burglary", Risk, "burglary"),
        ("recommendation:tell-us", Recommendation, "tell-us"),
    ],
)
def test_what_a_reason_names(reason, kind, name):
    state = before(AgreementDrafted).state
    found = ground(state, state.get(Proposal, "flood-help"), reason)
    assert found is state.get(kind, name)


def test_a_basis_is_named_by_its_organisation():
    state = before(AgreementDrafted).state
    proposal = state.get(Proposal, "flood-help")
    assert ground(state, proposal, "basis:health") == proposal.bases[0]
    assert isinstance(proposal.bases[0], Basis)


def test_a_principle_bears_on_every_proposal():
    state = before(AgreementDrafted).state
    assert ground(state, state.get(Proposal, "open-rain"), "principle:say-why")


def test_recommendations_are_those_of_every_panel_on_a_proposal():
    world = before(RecommendationAnswered)
    names = [r.recommendation for r in recommendations_of(world.state, "flood-help")]
    assert names == ["tell-us", "no-list"]
    assert recommendations_of(world.state, "open-rain") == []
    assert recommendations_of(before(RecommendationRatified).state, "flood-help") == []


def test_the_route_tells_whether_a_panel_is_needed():
    state = before(AgreementDrafted).state
    assert needs_panel(state.get(Proposal, "flood-help"))
    assert not needs_panel(state.get(Proposal, "open-rain"))
    assert example(RecommendationAnswered).becomes == "rule"
