"""A proposal's whole story, gathered from the records that speak of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from answerable.model.agreement import Agreement, Decision
from answerable.model.assessment import Assessment
from answerable.model.dataset import Column, Dataset
from answerable.model.engagement import Consultation, Engagement, Recommendation
from answerable.model.exchange import Count, Releases
from answerable.model.limits import Limit
from answerable.model.outcome import Outcome
from answerable.model.proposal import Ask, Benefit, Proposal, Risk
from answerable.model.reasons import recommendations_of
from answerable.model.state import State
from answerable.model.status import Missed, Standing, missed, standing
from answerable.model.vision import Mission
from answerable.terms import became
from answerable.web.shares import Share, shares


class Step(StrEnum):
    """How far a proposal is."""

    PROPOSED = "proposed"
    WEIGHED = "weighed"
    ASKED = "asked"
    DECIDED = "decided"
    SHARED = "shared"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for in one dataset."""

    dataset: Dataset
    asks: tuple[tuple[Column | None, Ask], ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A recommendation, and what became of it.

    Attributes:
        became: agreements and the names of the rules and duties that it is the reason of.
    """

    recommendation: Recommendation
    became: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement, how it stands, and what it shares now.

    Attributes:
        used: what each counted day came to, newest first.
    """

    agreement: Agreement
    standing: Standing
    shares: tuple[Share, ...]
    missed: tuple[Missed, ...]
    used: tuple[tuple[Releases, Count], ...]


@dataclass(frozen=True, slots=True)
class Learned:
    """What came of a benefit or a risk, beside what was said of it before."""

    outcome: Outcome
    benefit: Benefit | None
    risk: Risk | None


@dataclass(frozen=True, slots=True)
class Story:
    """From idea to outcome."""

    proposal: Proposal
    step: Step
    mission: Mission | None
    wanted: tuple[Wanted, ...]
    benefits: tuple[Benefit, ...]
    risks: tuple[Risk, ...]
    assessment: Assessment | None
    consultations: tuple[Consultation, ...]
    panels: tuple[Engagement, ...]
    heard: tuple[Heard, ...]
    decisions: tuple[Decision, ...]
    agreed: tuple[Agreed, ...]
    opened: tuple[Dataset, ...]
    learned: tuple[Learned, ...]


def story(state: State, now: datetime, name: str) -> Story:
    """Gather it.

    Raises:
        Missing: ``proposal.unknown``.
    """
    proposal = state.get(Proposal, name)
    decisions, learned = state.of(Decision, name), tuple(_learned(state, name))
    agreements = state.of(Agreement, name)
    return Story(
        proposal=proposal,
        step=step(state, proposal),
        mission=state.find(Mission, proposal.mission),
        wanted=tuple(_wanted(state, proposal)),
        benefits=state.of(Benefit, name),
        risks=state.of(Risk, name),
        assessment=state.find(Assessment, name),
        consultations=state.of(Consultation, name),
        panels=state.of(Engagement, name),
        heard=tuple(heard(state, each) for each in recommendations_of(state, name)),
        decisions=decisions,
        agreed=tuple(agreed(state, now, each) for each in agreements),
        opened=tuple(_opened(state, proposal, decisions)),
        learned=learned,
    )


def step(state: State, proposal: Proposal) -> Step:
    """Tell how far a proposal is, by the furthest thing that was said of it."""
    name = proposal.proposal
    if state.of(Outcome, name):
        return Step.LEARNED
    decisions = state.of(Decision, name)
    if any(a.is_signed for a in state.of(Agreement, name)) or any(
        decision.decision == "open" for decision in decisions
    ):
        return Step.SHARED
    if decisions:
        return Step.DECIDED
    if any(state.of(kind, name) for kind in (Consultation, Engagement)):
        return Step.ASKED
    return Step.WEIGHED if state.find(Assessment, name) else Step.PROPOSED


def heard(state: State, recommendation: Recommendation) -> Heard:
    """Put beside a recommendation what it is the reason of."""
    terms = became(state, recommendation.recommendation)
    return Heard(recommendation, tuple((agreement, name_of(term)) for agreement, term in terms))


def name_of(term: object) -> str:
    """Give the name of a rule or a duty."""
    return str(getattr(term, "limit", None) or getattr(term, "duty", ""))


def agreed(state: State, now: datetime, agreement: Agreement) -> Agreed:
    """Gather how an agreement stands and what it gives now."""
    return Agreed(
        agreement,
        standing(agreement, now),
        shares(state, agreement, now),
        tuple(missed(agreement, now)) if agreement.is_signed else (),
        tuple(_used(state, agreement.agreement)),
    )


def limit_of(agreement: Agreement, name: str) -> Limit | None:
    """Give a limit by its name."""
    return next((limit for limit in agreement.limits if limit.limit == name), None)


def _wanted(state: State, proposal: Proposal) -> Iterator[Wanted]:
    for name in dict.fromkeys(ask.dataset for ask in proposal.asks):
        dataset = state.get(Dataset, name)
        asks = tuple((dataset.column(a.column), a) for a in proposal.asks if a.dataset == name)
        yield Wanted(dataset, asks)


def _opened(state: State, proposal: Proposal, decisions: tuple[Decision, ...]) -> Iterator[Dataset]:
    """Give the datasets that were opened because of it."""
    openers = {decision.custodian for decision in decisions if decision.decision == "open"}
    for name in dict.fromkeys(ask.dataset for ask in proposal.asks):
        dataset = state.get(Dataset, name)
        if dataset.custodian in openers and dataset.opened:
            yield dataset


def _used(state: State, agreement: str) -> Iterator[tuple[Releases, Count]]:
    days = sorted(state.each(Releases), key=lambda releases: releases.day, reverse=True)
    for releases in days:
        yield from ((releases, count) for count in releases.counts if count.agreement == agreement)


def _learned(state: State, name: str) -> Iterator[Learned]:
    for outcome in state.of(Outcome, name):
        what, _, of = outcome.of.partition(":")
        benefit = state.find(Benefit, of) if what == "benefit" else None
        yield Learned(outcome, benefit, state.find(Risk, of) if what == "risk" else None)
