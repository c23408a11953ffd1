"""Assess: weigh a proposal up, record the DPIA, and let a published rule choose the route.

The rule picks *how* the public is engaged, never whether (Involve and Carnegie UK, 2019).
"""

from collections.abc import Iterator

from answerable.model.assessment import (
    Assessment,
    BenefitScored,
    DpiaFields,
    DpiaRecorded,
    Feature,
    FeatureJudged,
    ProposalRouted,
    RiskScored,
    Route,
    Test,
    TestJudged,
)
from answerable.model.base import Slug
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.dataset import Dataset
from answerable.model.errors import Refused
from answerable.model.proposal import Benefit, Level, Proposal, Risk, Score, open_proposal
from answerable.model.state import State
from answerable.model.text import Text

ROUTING_RULE = "routing-1"
"""The rule in force. A new rule gets a new name and stands beside this one."""


def route_for(*, identifiable: bool, sensitivity: Level, residual_risk: Level | None) -> Route:
    """Choose how the public is engaged: rule ``routing-1``.

    A panel deliberates where anybody could be recognised in the data, where the purpose is of
    medium or high sensitivity, or where the DPIA leaves a risk above low. Everything else is
    published for comment: the least there is.

    >>> route_for(identifiable=False, sensitivity=Level.LOW, residual_risk=None).value
    'consultation'
    >>> route_for(identifiable=True, sensitivity=Level.LOW, residual_risk=Level.LOW).value
    'panel'
    """
    calm = sensitivity is Level.LOW and residual_risk in (None, Level.LOW)
    return Route.CONSULTATION if calm and not identifiable else Route.PANEL


class JudgeTest(Command):
    """Judge one of the three tests, from 1 to 5, with the reason."""

    proposal: Slug
    test: Test
    score: Score
    reason: Text


class JudgeFeature(Command):
    """Judge one feature of public benefit, from 1 to 5, with the reason."""

    proposal: Slug
    feature: Feature
    score: Score
    reason: Text


class ScoreBenefit(Command):
    """Say how likely and how large a benefit is."""

    benefit: Slug
    likelihood: Score
    size: Score
    reason: Text


class ScoreRisk(Command):
    """Say how likely and how severe a risk is, and what is done about it."""

    risk: Slug
    likelihood: Score
    severity: Score
    mitigation: Text
    reason: Text


class RecordDpia(DpiaFields, Command):
    """Record the data protection impact assessment."""

    proposal: Slug


class RouteProposal(Command):
    """Judge the sensitivity of the purpose; the published rule does the rest."""

    proposal: Slug
    sensitivity: Level
    reason: Text


says(JudgeTest, TestJudged)
says(JudgeFeature, FeatureJudged)
says(ScoreBenefit, BenefitScored)
says(ScoreRisk, RiskScored)
says(RecordDpia, DpiaRecorded)


@action(RouteProposal, ProposalRouted)
def route_proposal(state: State, command: RouteProposal, _ctx: Context) -> Iterator[ProposalRouted]:
    """Apply the published rule."""
    route = _route(state, state.get(Proposal, command.proposal), command.sensitivity)
    yield ProposalRouted.from_(command, route=route, rule=ROUTING_RULE)


def _route(state: State, proposal: Proposal, sensitivity: Level) -> Route:
    assessment = state.find(Assessment, proposal.proposal)
    dpia = assessment.dpia if assessment else None
    return route_for(
        identifiable=proposal.identifiable,
        sensitivity=sensitivity,
        residual_risk=dpia.residual_risk if dpia else None,
    )


@rule(TestJudged, FeatureJudged, DpiaRecorded)
def checkopen_proposal(
    state: State, body: TestJudged | FeatureJudged | DpiaRecorded, _said: Said
) -> None:
    """Refuse to weigh what the public has been given already."""
    open_proposal(state, body.proposal)


@rule(BenefitScored)
def check_benefit_scored(state: State, body: BenefitScored, _said: Said) -> None:
    """Refuse an unknown benefit, and one of a proposal that is closed."""
    open_proposal(state, state.get(Benefit, body.benefit).proposal)


@rule(RiskScored)
def check_risk_scored(state: State, body: RiskScored, _said: Said) -> None:
    """Refuse an unknown risk, and one of a proposal that is closed."""
    open_proposal(state, state.get(Risk, body.risk).proposal)


@rule(ProposalRouted)
def check_routed(state: State, body: ProposalRouted, _said: Said) -> None:
    """Refuse a route other than the rule's, and an assessment with holes.

    Raises:
        Refused: ``assessment.unfinished`` naming what is missing, ``route.rule``,
            ``route.wrong``.
    """
    proposal = open_proposal(state, body.proposal)
    missing = list(gaps(state, proposal))
    if missing:
        raise Refused("assessment.unfinished", proposal=body.proposal, missing=missing)
    if body.rule != ROUTING_RULE:
        raise Refused("route.rule", rule=body.rule, wanted=ROUTING_RULE)
    right = _route(state, proposal, body.sensitivity)
    if body.route is not right:
        raise Refused("route.wrong", route=body.route, wanted=right)


def gaps(state: State, proposal: Proposal) -> Iterator[str]:
    """Name what an assessment still lacks before the public can be asked."""
    name = proposal.proposal
    assessment = state.find(Assessment, name)
    tests = assessment.tests if assessment else {}
    features = assessment.features if assessment else {}
    yield from (f"test {test}" for test in Test if test not in tests)
    yield from (f"feature {feature}" for feature in Feature if feature not in features)
    yield from _unweighed(state, name)
    for custodian in sorted({state.get(Dataset, ask.dataset).custodian for ask in proposal.asks}):
        if not proposal.basis_of(custodian):
            yield f"basis of {custodian}"
    if not proposal.asks:
        yield "columns asked for"
    if proposal.identifiable and not (assessment and assessment.dpia):
        yield "data protection impact assessment"


def _unweighed(state: State, name: str) -> Iterator[str]:
    benefits = state.of(Benefit, name)
    risks = state.of(Risk, name)
    if not benefits:
        yield "a benefit"
    if not risks:
        yield "a risk"
    yield from (f"score of {b.benefit}" for b in benefits if b.size is None)
    yield from (f"score of {r.risk}" for r in risks if r.severity is None)
