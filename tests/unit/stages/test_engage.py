"""Consultations and panels. How a pool is fixed is in test_pool, how it is drawn in test_draw."""

from datetime import date

import pytest
from tests.unit.stages.table import allowed, at, each, empty, judge, refused, usual
from tests.worlds import DAY, FIRE, PANEL, before, example

from answerable.model.agreement import ProposalDecided
from answerable.model.draw import (
    MemberLeft,
    MembersConfirmed,
    PoolCommitted,
    SeedPromised,
    TargetsRelaxed,
)
from answerable.model.engagement import (
    Consultation,
    ConsultationClosed,
    ConsultationOpened,
    DissentRecorded,
    Engagement,
    EngagementOpened,
    PanelFinished,
    Recommendation,
    RecommendationAnswered,
    RecommendationRatified,
    Statement,
    StatementPut,
    Tally,
    TallyCounted,
    WorkshopHeld,
)
from answerable.model.errors import Refused
from answerable.model.proposal import Proposal
from answerable.model.recruitment import (
    PopulationStated,
    Question,
    RecruitmentTold,
    RegistrationOpened,
    Share,
)
from answerable.model.text import en
from answerable.stages.assess import RouteProposal
from answerable.stages.engage import CommitReplacement, DrawPanel, PublishPool

AFTER_DRAW = (
    DrawPanel,
    PublishPool,
    MembersConfirmed,
    MemberLeft,
    TargetsRelaxed,
    CommitReplacement,
)


def routing(proposal):
    return lambda said: isinstance(said, RouteProposal) and said.proposal == proposal


def drawing(said):
    return isinstance(said, AFTER_DRAW) or getattr(said, "draw", 1) > 1


def stating(said):
    return isinstance(said, PopulationStated)


def unstated(world):
    """As if nobody had said whom the panel is to resemble."""
    was = world.state.get(Engagement, "flood-panel")
    world.state.put(was.with_(population=None))


def panel(code, kind, **changes):
    """Said while the panel is to finish: both workshops were held."""
    return refused(code, PanelFinished, body=example(kind), by=PANEL, **changes)


def ended(kind, **changes):
    """Said after the panel has ended."""
    body = example(kind, **changes)
    return refused("panel.finished", RecommendationAnswered, body=body, by=PANEL)


def undrawn(kind):
    return refused(
        "panel.undrawn", ConsultationClosed, without=drawing, body=example(kind), by=PANEL
    )


def put_at_once(world):
    """A statement is put before anybody has met."""
    world.say(example(StatementPut), org=PANEL[0], role=PANEL[1])


def asked(*features, values=("a", "b")):
    return tuple(
        Question(feature=feature, words=en("Which?"), values=tuple(values)) for feature in features
    )


def unasked(world):
    """As if registration had never been opened."""
    was = world.state.get(Engagement, "flood-panel")
    world.state.put(was.with_(registration=None))


def population(*numbers, value="under 40"):
    names = ("under 40", "40 and over", value)
    return tuple(
        Share(feature="age", value=name, per_10000=number)
        for name, number in zip(names, numbers, strict=False)
    )


def lost(world):
    """As if a dataset that is asked for had never been described."""
    was = world.state.get(Proposal, "flood-help")
    world.state.put(was.with_(asks=(was.asks[0].with_(dataset="another"),)))


CASES = [
    refused("consultation.taken", ConsultationOpened, usual),
    refused("proposal.unknown", ConsultationOpened, empty),
    refused("proposal.unrouted", ConsultationOpened, without=routing("open-rain")),
    refused("consultation.short", ConsultationOpened, closes=date(2026, 2, 15)),
    refused("consultation.short", ConsultationOpened, closes=date(2026, 1, 2)),
    refused("consultation.past", ConsultationOpened, opens=date(2026, 1, 25)),
    refused("consultation.past", ConsultationOpened, at=at("2026-02-03T00:00:00")),
    refused("consultation.unknown", ConsultationClosed, consultation="another"),
    refused("consultation.closed", ConsultationClosed, usual),
    refused("consultation.open", ConsultationClosed, at=at("2026-02-19T23:59:59")),
    refused("engagement.taken", EngagementOpened, usual),
    refused("proposal.unrouted", EngagementOpened, without=routing("flood-help")),
    refused("proposal.unknown", EngagementOpened, proposal="another"),
    refused("organisation.unknown", EngagementOpened, facilitator="stranger"),
    refused("facilitator.commissioner", EngagementOpened, facilitator="fire"),
    refused("facilitator.commissioner", EngagementOpened, facilitator="health"),
    refused("engagement.unknown", PopulationStated, engagement="another"),
    refused("population.taken", PopulationStated, usual),
    refused(
        "population.late", ConsultationClosed, unstated, body=example(PopulationStated), by=PANEL
    ),
    refused("population.repeated", PopulationStated, shares=population(4_000, 5_000, 1_000)),
    refused("population.sum", PopulationStated, shares=population(4_000, 5_000)),
    refused("population.sum", PopulationStated, shares=population(4_512, 5_589)),
    refused("population.sum", PopulationStated, shares=population(4_512)),
    refused("engagement.unknown", RegistrationOpened, engagement="another"),
    refused("registration.taken", RegistrationOpened, usual),
    refused("registration.late", SeedPromised, unasked, body=example(RegistrationOpened), by=PANEL),
    refused("registration.past", RegistrationOpened, closes=date(2026, 2, 1)),
    refused("registration.repeated", RegistrationOpened, questions=asked("age", "age")),
    refused("registration.repeated", RegistrationOpened, questions=asked("age", values="aa")),
    refused("engagement.unknown", RecruitmentTold, engagement="another"),
    refused("recruitment.late", ConsultationClosed, body=example(RecruitmentTold), by=PANEL),
    refused("recruitment.asked", RecruitmentTold, asked=None),
    refused("recruitment.asked", RecruitmentTold, route="open-call"),
    refused("recruitment.answered", RecruitmentTold, asked=11),
    undrawn(WorkshopHeld),
    undrawn(PanelFinished),
    undrawn(StatementPut),
    undrawn(RecommendationRatified),
    ended(WorkshopHeld, workshop=3),
    ended(PanelFinished),
    ended(StatementPut, statement="too-late"),
    ended(TallyCounted),
    ended(RecommendationRatified, recommendation="too-late"),
    refused("engagement.unknown", WorkshopHeld, engagement="another"),
    refused("workshop.order", WorkshopHeld, workshop=2),
    refused("workshop.order", WorkshopHeld, usual),
    panel("workshop.order", WorkshopHeld, workshop=3),
    refused("workshop.future", WorkshopHeld, day=date(2026, 3, 15)),
    refused("workshop.day", WorkshopHeld, day=date(2026, 2, 1)),
    refused("workshop.day", WorkshopHeld, usual, workshop=2, day=date(2026, 3, 6)),
    refused("workshop.present", WorkshopHeld, present=5),
    refused("workshop.missing", StatementPut, body=example(PanelFinished), by=PANEL),
    refused("workshop.present", PanelFinished, finished=4),
    refused("statement.taken", StatementPut, usual),
    refused("engagement.unknown", StatementPut, engagement="another"),
    refused("statement.unknown", TallyCounted, statement="another"),
    refused("tally.taken", TallyCounted, usual),
    refused("tally.votes", TallyCounted, passed=1),
    refused("tally.votes", WorkshopHeld, put_at_once, body=example(TallyCounted)),
    refused("recommendation.taken", RecommendationRatified, usual),
    refused("engagement.unknown", RecommendationRatified, engagement="another"),
    refused("workshop.missing", StatementPut, body=example(RecommendationRatified), by=PANEL),
    refused("tally.votes", RecommendationRatified, agree=3, disagree=1),
    refused("tally.votes", RecommendationRatified, agree=2, disagree=0, passed=2),
    refused("recommendation.quorum", RecommendationRatified, agree=1, disagree=0),
    refused("recommendation.quorum", RecommendationRatified, agree=0, disagree=0),
    refused("recommendation.support", RecommendationRatified, agree=1, disagree=1),
    refused("recommendation.support", RecommendationRatified, agree=1, disagree=2),
    refused("recommendation.support", RecommendationRatified, agree=0, disagree=0, passed=3),
    refused("recommendation.unknown", DissentRecorded, recommendation="another"),
    refused("dissent.votes", DissentRecorded, usual),
    refused("answer.taken", ProposalDecided, body=example(DissentRecorded), by=PANEL),
]
ALLOWED = [
    allowed(ConsultationOpened, closes=date(2026, 2, 16)),
    allowed(ConsultationOpened, opens=date(2026, 1, 26), closes=date(2026, 2, 9)),
    allowed(ConsultationOpened, at=at("2026-02-02T23:59:59")),
    allowed(ConsultationClosed, at=at("2026-02-20T00:00:00"), comments=0),
    allowed(EngagementOpened),
    allowed(PopulationStated),
    allowed(PopulationStated, shares=population(4_512, 5_588)),
    allowed(PopulationStated, shares=population(4_512, 5_388)),
    allowed(PopulationStated, shares=population(2_000, 5_000, 3_000, value="not said")),
    allowed(PoolCommitted, without=stating),
    allowed(RegistrationOpened, closes=date(2026, 2, 2)),
    allowed(RegistrationOpened, questions=asked("age", "sex")),
    allowed(RecruitmentTold, usual, route="recruiter", asked=12),
    allowed(RecruitmentTold, route="open-call", asked=None),
    allowed(WorkshopHeld),
    allowed(WorkshopHeld, day=date(2026, 3, 14), present=0),
    allowed(WorkshopHeld, day=date(2026, 2, 4)),
    allowed(WorkshopHeld, usual, workshop=2),
    allowed(WorkshopHeld, put_at_once, body=example(TallyCounted, agree=0, disagree=0)),
    allowed(StatementPut),
    allowed(TallyCounted, agree=0, disagree=0, passed=4),
    allowed(RecommendationRatified, agree=2, disagree=0),
    allowed(RecommendationRatified, agree=1, disagree=0, passed=1),
    allowed(RecommendationRatified, agree=3, disagree=0),
    allowed(DissentRecorded),
    allowed(PanelFinished, finished=0),
    allowed(PanelFinished, finished=3),
]


@each(CASES)
def test_refused(case):
    judge(case)


@each(ALLOWED)
def test_allowed(case):
    judge(case)


def test_a_second_panel_needs_a_facilitator_at_arms_length_too():
    world = before(PoolCommitted)
    body = example(EngagementOpened, engagement="second", facilitator="agency")
    world.say(body, org="fire", role=FIRE[1])
    assert world.state.get(Engagement, "second").commissioner == "fire"
    with pytest.raises(Refused, match=r"facilitator\.commissioner"):
        world.check(example(EngagementOpened, engagement="third", facilitator="fire"), org="fire")


def test_votes_are_counted_against_those_who_were_there_last():
    world = before(RecommendationRatified)
    held = world.state.get(Engagement, "flood-panel").held
    assert [workshop.present for workshop in held] == [4, 3]
    with pytest.raises(Refused) as refusal:
        world.tell(agree=3, disagree=1)
    assert refusal.value.params == {"votes": 4, "people": 3}


def test_the_state_remembers_a_consultation():
    state = before(None).state
    closed = state.get(Consultation, "rain-talk").closed
    assert (closed.comments, closed.response.say()) == (17, "We go on.")
    assert before(ConsultationClosed).state.get(Consultation, "rain-talk").closed is None


def test_the_state_remembers_a_panel():
    state = before(None).state
    engagement = state.get(Engagement, "flood-panel")
    assert engagement.commissioner == "fire"
    assert engagement.finished == 3
    assert engagement.pool.volunteers == 12
    assert len(engagement.drawn.members) == len(engagement.members) == 4
    assert state.get(Statement, "only-in-floods").tally == Tally(agree=3, disagree=1, passed=0)
    assert state.get(Statement, "only-in-floods").tally.voted == 4
    said = state.get(Recommendation, "tell-us")
    assert [dissent.words.say() for dissent in said.dissents] == ["It will be used for more."]
    assert said.answered.answer == "in-part"
    assert said.at + 18 * DAY == before(RecommendationAnswered).line.at


def test_the_public_has_two_weeks_from_the_day_on_which_they_hear_of_it():
    world = before(ConsultationOpened)
    with pytest.raises(Refused):
        world.tell(opens=date(2025, 1, 1), closes=date(2025, 1, 15))
