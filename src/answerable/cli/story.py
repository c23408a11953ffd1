"""The story of one subject, from idea to outcome, in plain words."""

from collections.abc import Iterator
from datetime import datetime

from answerable.cli.console import heading, table, tell
from answerable.model.agreement import Agreement, Decision
from answerable.model.assessment import Assessment
from answerable.model.dataset import Dataset
from answerable.model.engagement import (
    Consultation,
    Engagement,
    Recommendation,
    Statement,
)
from answerable.model.outcome import Outcome
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.reasons import recommendations_of
from answerable.model.state import State
from answerable.model.status import missed, standing
from answerable.model.vision import Mission
from answerable.terms import became, explain


def proposal(state: State, now: datetime, name: str, language: str) -> None:
    """Tell a proposal's story."""
    found = state.get(Proposal, name)
    heading(found.title.say(language))
    tell(f"Proposed by {found.made_by}. {found.why.say(language)}")
    tell(f"Who benefits: {found.who_benefits.say(language)}")
    tell(f"People affected: {found.people_affected.say(language)}")
    mission = state.find(Mission, found.mission)
    if mission:
        tell(f"It serves the mission: {mission.title.say(language)}")
    heading("What data, and why each column")
    table((f"{a.dataset}.{a.column}", a.why.say(language)) for a in found.asks)
    heading("Good and harm")
    table(_expected(state, name, language))
    _weighed(state, name, language)
    _asked(state, name, language)
    _decided(state, now, name, language)
    _learned(state, name, language)


def _expected(state: State, name: str, language: str) -> Iterator[tuple[str, str]]:
    for benefit in state.of(Benefit, name):
        scores = f"likely {benefit.likelihood}, size {benefit.size} of 5"
        weighed = scores if benefit.size else "not weighed yet"
        yield "good", f"{benefit.title.say(language)} ({weighed})"
    for risk in state.of(Risk, name):
        weighed = f"likely {risk.likelihood}, severe {risk.severity} of 5"
        scores = weighed if risk.severity else "not weighed yet"
        mitigation = f" Against it: {risk.mitigation.say(language)}" if risk.mitigation else ""
        yield "harm", f"{risk.title.say(language)} ({scores}).{mitigation}"


def _weighed(state: State, name: str, language: str) -> None:
    weighed = state.find(Assessment, name)
    if weighed is None:
        return
    heading("How it was weighed up")
    table(
        (test, f"{judged.score} of 5", judged.reason.say(language))
        for test, judged in weighed.tests.items()
    )
    if weighed.routed:
        tell(
            f"The rule {weighed.routed.rule} sent it to a {weighed.routed.route}. The purpose was "
            f"judged of {weighed.routed.sensitivity} sensitivity: "
            f"{weighed.routed.reason.say(language)}"
        )


def _asked(state: State, name: str, language: str) -> None:
    for consultation in state.of(Consultation, name):
        heading("What everyone was asked")
        tell(f"{consultation.question.say(language)} (until {consultation.closes})")
        if consultation.closed:
            tell(f"{consultation.closed.comments} comments.")
            tell(consultation.closed.summary.say(language))
            tell(consultation.closed.response.say(language))
    for engagement in state.of(Engagement, name):
        heading(engagement.title.say(language))
        finished = f"; {engagement.finished} finished" if engagement.finished else ""
        tell(f"{engagement.seats} people drawn by lot{finished}.")
        tell(f"They were asked: {engagement.question.say(language)}")
    for recommendation in recommendations_of(state, name):
        _recommended(state, recommendation, language)


def _recommended(state: State, recommendation: Recommendation, language: str) -> None:
    heading(f"{recommendation.recommendation}: {recommendation.title.say(language)}")
    tell(f'"{recommendation.words.say(language)}"')
    tell(
        f"{recommendation.agree} for, {recommendation.disagree} against, "
        f"{recommendation.passed} passed."
    )
    for dissent in recommendation.dissents:
        tell(f'One who disagreed: "{dissent.words.say(language)}"')
    if recommendation.answered:
        answer = recommendation.answered
        tell(f"Answer ({answer.answer}): {answer.reason.say(language)}")
    terms = became(state, recommendation.recommendation)
    names = [
        f"{agreement}: {getattr(t, 'limit', '') or getattr(t, 'duty', '')}"
        for agreement, t in terms
    ]
    if names:
        tell(f"It became: {'; '.join(names)}.")


def _decided(state: State, now: datetime, name: str, language: str) -> None:
    decisions = state.of(Decision, name)
    if decisions:
        heading("What was decided")
        table((d.custodian, d.decision, d.reason.say(language)) for d in decisions)
    for found in state.of(Agreement, name):
        agreement(state, now, found.agreement, language)


def _learned(state: State, name: str, language: str) -> None:
    outcomes = state.of(Outcome, name)
    if outcomes:
        heading("What came of it")
        table((o.of, o.measured, o.words.say(language)) for o in outcomes)


def agreement(state: State, now: datetime, name: str, language: str) -> None:
    """Tell what an agreement says and how it stands."""
    found = state.get(Agreement, name)
    heading(f"{found.title.say(language)} ({standing(found, now)})")
    for sentence in explain(found, language):
        table([("-", sentence)])
    tell(f"Signed by {', '.join(found.signed_by) or 'nobody yet'}.")
    for miss in missed(found, now):
        tell(f"MISSED: the duty {miss.duty.duty} of {miss.duty.party}, due {miss.due}.")


def dataset(state: State, _now: datetime, name: str, language: str) -> None:
    """Tell what a dataset holds, and who uses it under which agreement."""
    found = state.get(Dataset, name)
    heading(found.title.say(language))
    tell(found.description.say(language))
    tell(f"{found.custodian} answers for it. Access: {found.access} {found.licence or ''}".strip())
    table((c.column, c.type, c.sensitivity, c.title.say(language)) for c in found.columns)
    users = [a.agreement for a in state.each(Agreement) if a.dataset == name]
    tell(f"Used under: {', '.join(users) or 'no agreement'}.")


def panel(state: State, _now: datetime, name: str, language: str) -> None:
    """Tell how a panel was drawn, met and voted."""
    found = state.get(Engagement, name)
    heading(found.title.say(language))
    if found.pool and found.drawn:
        tell(f"{found.seats} members drawn by lot from {found.pool.volunteers} volunteers.")
        limits = {(t.feature, t.value): f"{t.min} to {t.max}" for t in found.pool.targets}
        table(
            (t.feature, t.value, str(t.seats), f"target {limits[t.feature, t.value]}")
            for t in found.drawn.totals
        )
    for workshop in found.held:
        tell(f"Workshop {workshop.workshop}, {workshop.day}: {workshop.title.say(language)}")
        tell(f"{workshop.present} present. {workshop.summary.say(language)}", indent=2)
    rows = [
        (s.words.say(language), f"{s.tally.agree} agree, {s.tally.disagree} disagree")
        for s in state.each(Statement)
        if s.engagement == name and s.tally
    ]
    table(rows)
    for recommendation in recommendations_of(state, found.proposal):
        _recommended(state, recommendation, language)
