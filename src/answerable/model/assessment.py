"""Weighing up: three tests, five features of public benefit, scores, the DPIA, the route.

The tests and features are headings of *Data for Public Benefit* (Carnegie UK Trust, Involve and
Understanding Patient Data, 2018). The questions under them are ours, not the report's.
"""

from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from answerable.model.base import Frozen, Slug
from answerable.model.entry import Body, Entry, Kind
from answerable.model.proposal import Benefit, Level, Proposal, Risk, Score
from answerable.model.state import Builder, Record, applies
from answerable.model.text import Text


class Test(StrEnum):
    """What a use of data must be."""

    __test__ = False

    PURPOSEFUL = "purposeful"
    PROPORTIONATE = "proportionate"
    RESPONSIBLE = "responsible"


class Feature(StrEnum):
    """What a public benefit looks like."""

    BETTER_SERVICES = "better-services"
    WIDER_GOOD = "wider-good"
    RESPECT = "respect"
    WISE_USE_OF_RESOURCES = "wise-use-of-resources"
    TANGIBLE = "tangible"


class Route(StrEnum):
    """How the public is engaged; never whether."""

    CONSULTATION = "consultation"
    PANEL = "panel"


class TestJudged(Body):
    """One of the three tests was judged, from 1 (fails) to 5 (clearly passes)."""

    __test__: ClassVar[bool] = False
    kind: ClassVar[Kind] = Kind("test.judged")

    proposal: Slug
    test: Test
    score: Score
    reason: Text


class FeatureJudged(Body):
    """One feature of public benefit was judged, from 1 (absent) to 5 (plain to see)."""

    kind: ClassVar[Kind] = Kind("feature.judged")

    proposal: Slug
    feature: Feature
    score: Score
    reason: Text


class BenefitScored(Body):
    """How likely a benefit is, and how large."""

    kind: ClassVar[Kind] = Kind("benefit.scored")

    benefit: Slug
    likelihood: Score
    size: Score
    reason: Text


class RiskScored(Body):
    """How likely a risk is, how severe, and what is done about it."""

    kind: ClassVar[Kind] = Kind("risk.scored")

    risk: Slug
    likelihood: Score
    severity: Score
    mitigation: Text
    reason: Text


class DpiaFields(Frozen):
    """A data protection impact assessment, in the regulator's seven steps, with advice taken."""

    need: Text
    processing: Text
    consultation: Text
    necessity: Text
    risks: Text
    measures: Text
    sign_off: Text
    advice: Text
    residual_risk: Level


class DpiaRecorded(DpiaFields, Body):
    """A DPIA was completed."""

    kind: ClassVar[Kind] = Kind("dpia.recorded")

    proposal: Slug


class ProposalRouted(Body):
    """The way the public is engaged was chosen by the published rule.

    Attributes:
        sensitivity: of the *purpose*, as the assessor judges it.
        rule: name of the published rule that gave the route.
    """

    kind: ClassVar[Kind] = Kind("proposal.routed")

    proposal: Slug
    sensitivity: Level
    route: Route
    rule: Slug
    reason: Text


class Judgement(Frozen):
    """A score with its reason."""

    score: Score
    reason: Text


class Assessment(Record):
    """A structured weighing of a proposal's benefits and risks."""

    noun: ClassVar[str] = "assessment"

    proposal: Slug
    tests: dict[Test, Judgement] = Field(default_factory=dict)
    features: dict[Feature, Judgement] = Field(default_factory=dict)
    dpia: DpiaFields | None = None
    routed: ProposalRouted | None = None

    @property
    def key(self) -> str:
        """A proposal has one assessment."""
        return self.proposal


def _assessment(state: Builder, entry: Entry, proposal: str) -> Assessment:
    return state.find(Assessment, proposal) or Assessment(
        proposal=proposal, entry=entry.index, at=entry.envelope.at
    )


@applies(TestJudged)
def _tested(state: Builder, entry: Entry, body: TestJudged) -> None:
    was = _assessment(state, entry, body.proposal)
    state.put(was.with_(tests={**was.tests, body.test: Judgement.from_(body)}))


@applies(FeatureJudged)
def _featured(state: Builder, entry: Entry, body: FeatureJudged) -> None:
    was = _assessment(state, entry, body.proposal)
    state.put(was.with_(features={**was.features, body.feature: Judgement.from_(body)}))


@applies(BenefitScored)
def _benefit(state: Builder, _entry: Entry, body: BenefitScored) -> None:
    was = state.get(Benefit, body.benefit)
    state.put(was.with_(likelihood=body.likelihood, size=body.size, reason=body.reason))


@applies(RiskScored)
def _risk(state: Builder, _entry: Entry, body: RiskScored) -> None:
    was = state.get(Risk, body.risk)
    state.put(
        was.with_(
            likelihood=body.likelihood,
            severity=body.severity,
            mitigation=body.mitigation,
            reason=body.reason,
        )
    )


@applies(DpiaRecorded)
def _dpia(state: Builder, entry: Entry, body: DpiaRecorded) -> None:
    was = _assessment(state, entry, body.proposal)
    state.put(was.with_(dpia=DpiaFields.from_(body)))


@applies(ProposalRouted)
def _routed(state: Builder, entry: Entry, body: ProposalRouted) -> None:
    was = _assessment(state, entry, body.proposal)
    state.put(was.with_(routed=body))
    state.put(state.get(Proposal, body.proposal).with_(route=body.route))
