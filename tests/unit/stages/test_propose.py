import pytest
from tests.unit.stages.table import allowed, each, empty, judge, refused, usual
from tests.worlds import FIRE, before, example

from answerable.model.engagement import EngagementOpened
from answerable.model.errors import Refused
from answerable.model.proposal import (
    AskAdded,
    BasisStated,
    Benefit,
    BenefitClaimed,
    Proposal,
    ProposalMade,
    Risk,
    RiskNamed,
)


def routed(kind, **changes):
    """The proposal is before the public when somebody wants to add to it."""
    body = example(kind, **changes)
    return refused("proposal.routed", EngagementOpened, body=body, by=FIRE)


CASES = [
    refused("proposal.taken", ProposalMade, usual),
    refused("mission.unknown", ProposalMade, mission="another"),
    refused("organisation.unknown", ProposalMade, recipient="stranger"),
    refused("proposal.recipient", ProposalMade, recipient=None),
    refused("proposal.unknown", AskAdded, empty),
    refused("dataset.unknown", AskAdded, dataset="another"),
    refused("column.unknown", AskAdded, column="phone"),
    refused("ask.taken", AskAdded, usual),
    refused(
        "ask.identifiable",
        AskAdded,
        lambda world: world.say(
            example(ProposalMade, proposal="quiet", identifiable=False),
            org="fire",
            role=FIRE[1],
        ),
        proposal="quiet",
    ),
    routed(AskAdded, column="flood_area"),
    refused("basis.organisation", BasisStated, organisation="agency"),
    refused("basis.organisation", BasisStated, organisation="nobody"),
    refused("basis.taken", BasisStated, usual),
    refused("basis.personal", BasisStated, article_6="no-personal-data"),
    refused("basis.personal", BasisStated, article_6="no-personal-data"),
    routed(BasisStated),
    refused("benefit.taken", BenefitClaimed, usual),
    refused("proposal.unknown", BenefitClaimed, proposal="another"),
    routed(BenefitClaimed, benefit="more"),
    refused("risk.taken", RiskNamed, usual),
    refused("proposal.unknown", RiskNamed, proposal="another"),
    routed(RiskNamed, risk="more"),
]
ALLOWED = [
    allowed(ProposalMade),
    allowed(ProposalMade, mission=None),
    allowed(ProposalMade, recipient=None, identifiable=False),
    allowed(ProposalMade, recipient="council", identifiable=False),
    allowed(AskAdded),
    allowed(AskAdded, usual, column="flood_area"),
    allowed(BasisStated),
    allowed(BenefitClaimed),
    allowed(BenefitClaimed, usual, benefit="more"),
    allowed(RiskNamed),
    allowed(RiskNamed, usual, risk="more"),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_a_benefit_of_another_proposal_has_its_name_too():
    world = before(BenefitClaimed)
    made = example(ProposalMade, proposal="another")
    world.say(made, org="agency", role=FIRE[1])
    world.tell()
    with pytest.raises(Refused, match=r"benefit\.taken"):
        world.check(world.body(proposal="another"))


def test_the_state_remembers_what_was_proposed():
    state = before(EngagementOpened).state
    proposal = state.get(Proposal, "flood-help")
    assert proposal.made_by == "fire"
    assert proposal.columns_of("home-needs") == {"address", "need"}
    assert proposal.columns_of("rain-gauges") == frozenset()
    assert proposal.basis_of("health").article_6 == "public-task"
    assert proposal.basis_of("agency") is None
    assert state.get(Benefit, "out-in-time").proposal == "flood-help"
    assert state.get(Risk, "burglary").proposal == "flood-help"
