import pytest
from tests.unit.stages.table import allowed, each, empty, judge, refused
from tests.worlds import FIRE, again, before, example

from answerable.model.assessment import (
    Assessment,
    BenefitScored,
    DpiaRecorded,
    Feature,
    FeatureJudged,
    ProposalRouted,
    RiskScored,
    Route,
    Test,
    TestJudged,
)
from answerable.model.engagement import EngagementOpened
from answerable.model.errors import Missing, Refused
from answerable.model.proposal import (
    AskAdded,
    BasisStated,
    Benefit,
    BenefitClaimed,
    Level,
    Proposal,
    ProposalMade,
    Risk,
    RiskNamed,
)
from answerable.model.text import en
from answerable.stages.assess import RouteProposal, route_for

WEIGHED = (TestJudged, FeatureJudged, BenefitScored, RiskScored, DpiaRecorded)

CASES = [
    *(
        refused("proposal.routed", EngagementOpened, body=example(kind), by=FIRE)
        for kind in (*WEIGHED, ProposalRouted)
    ),
    *(
        refused("proposal.unknown", kind, proposal="another")
        for kind in (TestJudged, FeatureJudged, DpiaRecorded)
    ),
    refused("benefit.unknown", BenefitScored, benefit="another"),
    refused("risk.unknown", RiskScored, risk="another"),
    refused("benefit.unknown", BenefitScored, empty),
    refused(
        "assessment.unfinished",
        ProposalRouted,
        without=lambda said: isinstance(said, DpiaRecorded),
        body=example(ProposalRouted),
    ),
    refused("route.rule", ProposalRouted, rule="routing-2"),
    refused("route.wrong", ProposalRouted, route=Route.CONSULTATION),
]
ALLOWED = [
    *(allowed(kind) for kind in WEIGHED),
    allowed(TestJudged, score=1),
    allowed(ProposalRouted),
    allowed(ProposalRouted, sensitivity=Level.LOW),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def gaps(without):
    """Give what `check_routed` finds missing when these lines were never said."""
    world = before(ProposalRouted, without=without)
    with pytest.raises(Refused, match=r"assessment\.unfinished") as refusal:
        world.say(example(ProposalRouted), org="fire", role=FIRE[1], at=world.line.at)
    return refusal.value.params["missing"]


@pytest.mark.parametrize("test", Test)
def test_a_test_that_was_not_judged_is_named(test):
    assert gaps(lambda said: getattr(said, "test", None) is test) == [f"test {test}"]


@pytest.mark.parametrize("feature", Feature)
def test_a_feature_that_was_not_judged_is_named(feature):
    assert gaps(lambda said: getattr(said, "feature", None) is feature) == [f"feature {feature}"]


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        ((BenefitScored,), ["score of out-in-time"]),
        ((BenefitClaimed, BenefitScored), ["a benefit"]),
        ((RiskScored,), ["score of burglary"]),
        ((RiskNamed, RiskScored), ["a risk"]),
        ((BasisStated,), ["basis of health"]),
        ((AskAdded, BasisStated), ["columns asked for"]),
        ((DpiaRecorded,), ["data protection impact assessment"]),
        (
            (BenefitScored, RiskScored, DpiaRecorded),
            [
                "score of out-in-time",
                "score of burglary",
                "data protection impact assessment",
            ],
        ),
    ],
)
def test_what_is_missing_is_named(kinds, wanted):
    assert gaps(lambda said: isinstance(said, kinds)) == wanted


def test_every_gap_at_once():
    kinds = (*WEIGHED, AskAdded, BasisStated, BenefitClaimed, RiskNamed)
    assert gaps(lambda said: isinstance(said, kinds)) == [
        *(f"test {test}" for test in Test),
        *(f"feature {feature}" for feature in Feature),
        "a benefit",
        "a risk",
        "columns asked for",
        "data protection impact assessment",
    ]


def test_each_benefit_and_each_custodian_counts():
    world = before(ProposalRouted)
    world.say(example(BenefitClaimed, benefit="more"), org="fire", role=FIRE[1])
    ask = example(AskAdded, dataset="rain-gauges", column="rain_mm")
    world.say(ask, org="fire", role=FIRE[1])
    with pytest.raises(Refused) as refusal:
        world.tell()
    assert refusal.value.params["missing"] == ["score of more", "basis of agency"]


def test_no_dpia_is_needed_where_nobody_can_be_recognised():
    state = before(EngagementOpened).state
    assert state.get(Assessment, "open-rain").dpia is None
    assert state.get(Proposal, "open-rain").route == Route.CONSULTATION


# The published rule: every combination, by hand.

CONSULTATION, PANEL = Route
L, M, H = Level


@pytest.mark.parametrize(
    ("identifiable", "sensitivity", "residual_risk", "wanted"),
    [
        *((True, sensitivity, risk, PANEL) for sensitivity in Level for risk in (None, *Level)),
        (False, L, None, CONSULTATION),
        (False, L, L, CONSULTATION),
        (False, L, M, PANEL),
        (False, L, H, PANEL),
        *((False, M, risk, PANEL) for risk in (None, *Level)),
        *((False, H, risk, PANEL) for risk in (None, *Level)),
    ],
)
def test_routing_1(identifiable, sensitivity, residual_risk, wanted):
    given = {"identifiable": identifiable, "sensitivity": sensitivity}
    assert route_for(**given, residual_risk=residual_risk) is wanted


@pytest.mark.parametrize(("risk", "route"), [(L, CONSULTATION), (M, PANEL), (H, PANEL)])
def test_the_residual_risk_counts(risk, route):
    world = before(ProposalRouted)
    state = world.state
    state.put(state.get(Proposal, "flood-help").with_(identifiable=False))
    state.put(
        state.get(Assessment, "flood-help").with_(
            dpia=state.get(Assessment, "flood-help").dpia.with_(residual_risk=risk)
        )
    )
    command = RouteProposal(proposal="flood-help", sensitivity=L, reason=en("So."))
    assert world.body(command).route is route
    world.say(world.body(command), org="fire", role=FIRE[1])


def test_the_action_applies_the_rule_by_its_name():
    world = before(ProposalRouted)
    (body,) = world.run(world.line.said)
    assert body == example(ProposalRouted, reason=en("It is about health."))


def test_the_action_names_what_it_does_not_find():
    world = before(ProposalMade)
    command = RouteProposal(proposal="flood-help", sensitivity=L, reason=en("So."))
    with pytest.raises(Missing, match=r"proposal\.unknown"):
        world.run(command)


def test_the_latest_judgement_stands():
    world = before(FeatureJudged)
    again_judged = example(TestJudged, score=1, reason=en("On second thoughts, no."))
    world.say(again_judged, org="fire", role=FIRE[1])
    judgement = world.state.get(Assessment, "flood-help").tests[Test.PURPOSEFUL]
    assert (judgement.score, judgement.reason) == (1, again_judged.reason)
    assert world.state.get(Assessment, "flood-help").tests[Test.RESPONSIBLE].score == 5


def test_scores_join_what_was_claimed():
    state = before(EngagementOpened).state
    benefit, risk = state.get(Benefit, "out-in-time"), state.get(Risk, "burglary")
    assert (benefit.likelihood, benefit.size, benefit.baseline) == (4, 5, "94.5")
    assert (risk.likelihood, risk.severity) == (2, 4)
    assert risk.mitigation == en("Addresses only during a warning.")
    assert state.get(Assessment, "flood-help").routed == again(example(ProposalRouted))
