"""Decide: answer every recommendation, decide, and agree on terms, each traced to its reason."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Literal

from answerable.model.agreement import (
    Agreement,
    AgreementDrafted,
    AgreementFields,
    AgreementResumed,
    AgreementSigned,
    AgreementSuspended,
    Decision,
    DecisionFields,
    Duty,
    DutyAdded,
    LimitAdded,
    Party,
    PartyNamed,
    ProposalDecided,
)
from answerable.model.base import Slug
from answerable.model.command import Command, Context, Said, action, rule, says
from answerable.model.dataset import Access, Dataset, DatasetOpened, Sensitivity
from answerable.model.engagement import (
    Consultation,
    Engagement,
    Recommendation,
    RecommendationAnswered,
)
from answerable.model.errors import Missing, Refused
from answerable.model.fingerprint import of_proposal, of_recommendation
from answerable.model.limits import (
    Coarsen,
    Effect,
    Limit,
    OnlyColumns,
    OnlyPurposes,
    OnlyRows,
    Pattern,
    Pseudonymise,
    When,
    WhileSignal,
)
from answerable.model.organisation import Organisation
from answerable.model.proposal import Proposal
from answerable.model.reasons import ground, needs_panel, recommendations_of
from answerable.model.state import State
from answerable.model.text import Text
from answerable.terms import FITS

LONGEST_AGREEMENT = timedelta(days=10 * 365 + 3)
"""Whoever needs longer agrees anew."""

AFTER_THE_END = timedelta(days=366)
"""A last duty, such as a proof of deletion, may fall due after an agreement, but not for ever."""


class AnswerRecommendation(Command):
    """Answer one recommendation, with the reason and what it becomes."""

    recommendation: Slug
    answer: Literal["accepted", "in-part", "rejected"]
    becomes: Literal["rule", "duty", "action", "nothing"]
    reason: Text
    post: Text


class DecideProposal(DecisionFields, Command):
    """Decide, as the custodian of data asked for, whether to share, open or refuse."""


class OpenDataset(Command):
    """Open a dataset to anyone, under a licence and with a promise of freshness."""

    dataset: Slug
    proposal: Slug
    licence: str
    freshness: Text


class DraftAgreement(AgreementFields, Command):
    """Put an agreement forward: the grant. Parties, limits and duties follow, then signatures."""


class NameParty(Party, Command):
    """Name a party that must sign."""

    agreement: Slug


class AddLimit(Command):
    """Add a limit, with its reason."""

    page = "agreement"

    agreement: Slug
    terms: Limit


class AddDuty(Duty, Command):
    """Add a duty, with its reason and the effect of a miss on each pattern."""

    agreement: Slug


class SignAgreement(Command):
    """Sign an agreement as it stands, for your organisation."""

    agreement: Slug
    post: Text


class SuspendAgreement(Command):
    """Stop an agreement, in whole or for some patterns."""

    agreement: Slug
    patterns: tuple[Pattern, ...]
    reason: Text
    post: Text


class ResumeAgreement(Command):
    """Let a suspended agreement go on."""

    agreement: Slug
    reason: Text
    post: Text


says(OpenDataset, DatasetOpened)
says(DraftAgreement, AgreementDrafted)
says(NameParty, PartyNamed)
says(AddLimit, LimitAdded)
says(AddDuty, DutyAdded)
says(SuspendAgreement, AgreementSuspended)
says(ResumeAgreement, AgreementResumed)


@action(AnswerRecommendation, RecommendationAnswered)
def answer_recommendation(
    state: State, command: AnswerRecommendation, _ctx: Context
) -> Iterator[RecommendationAnswered]:
    """Answer the recommendation as the register holds it."""
    of = of_recommendation(state, command.recommendation)
    yield RecommendationAnswered.from_(command, of=of)


@action(DecideProposal, ProposalDecided)
def decide_proposal(
    state: State, command: DecideProposal, _ctx: Context
) -> Iterator[ProposalDecided]:
    """Decide on the proposal and on everything said about it, as the register holds them."""
    yield ProposalDecided.from_(command, of=of_proposal(state, command.proposal))


@action(SignAgreement, AgreementSigned)
def sign_agreement(
    state: State, command: SignAgreement, _ctx: Context
) -> Iterator[AgreementSigned]:
    """Sign the digest of the terms as the register holds them."""
    terms = state.get(Agreement, command.agreement).terms
    yield AgreementSigned.from_(command, terms=terms)


@rule(RecommendationAnswered)
def check_answer(state: State, body: RecommendationAnswered, _said: Said) -> None:
    """Refuse a second answer, one before the panel ended, and one that says two things."""
    recommendation = state.get(Recommendation, body.recommendation)
    if recommendation.answered:
        raise Refused("answer.taken", recommendation=body.recommendation)
    if state.get(Engagement, recommendation.engagement).finished is None:
        raise Refused("panel.unfinished", engagement=recommendation.engagement)
    if (body.answer == "rejected") != (body.becomes == "nothing"):
        raise Refused("answer.becomes", answer=body.answer, becomes=body.becomes)
    if body.of != of_recommendation(state, body.recommendation):
        raise Refused("answer.of", recommendation=body.recommendation)


@rule(ProposalDecided)
def check_decision(state: State, body: ProposalDecided, said: Said) -> None:
    """Refuse to decide twice, or before the public was heard and answered.

    Raises:
        Refused: ``decision.taken``, ``decision.unheard``, ``decision.unanswered``,
            ``decision.open``.
    """
    state.free(Decision, f"{body.proposal}/{said.org}")
    proposal = state.get(Proposal, body.proposal)
    if body.decision == "open" and proposal.identifiable:
        raise Refused("decision.open", proposal=body.proposal)
    if body.of != of_proposal(state, body.proposal):
        raise Refused("decision.of", proposal=body.proposal)
    if body.decision == "refuse":
        return
    if not heard(state, proposal):
        raise Refused("decision.unheard", proposal=body.proposal)
    waiting = unanswered(state, body.proposal)
    if waiting:
        raise Refused("decision.unanswered", recommendations=waiting)


def unanswered(state: State, proposal: str) -> list[str]:
    """Name the recommendations on a proposal that wait for an answer."""
    return [r.recommendation for r in recommendations_of(state, proposal) if not r.answered]


def heard(state: State, proposal: Proposal) -> bool:
    """Tell whether the public was heard in the way that the proposal needs."""
    panels = [each for each in state.of(Engagement, proposal.proposal) if each.drawn]
    if any(panel.finished is None for panel in panels):
        return False
    if needs_panel(proposal):
        return any((panel.finished or 0) * 2 >= panel.seats for panel in panels)
    return any(each.closed is not None for each in state.of(Consultation, proposal.proposal))


def _decision(state: State, proposal: str, custodian: str, wanted: str) -> Decision:
    decision = state.find(Decision, f"{proposal}/{custodian}")
    if decision is None or decision.decision != wanted:
        raise Refused("decision.missing", proposal=proposal, custodian=custodian, wanted=wanted)
    return decision


@rule(DatasetOpened)
def check_opened(state: State, body: DatasetOpened, said: Said) -> None:
    """Refuse to open what nobody decided to open, was not asked for, or tells about people."""
    _decision(state, body.proposal, said.org, "open")
    if state.get(Dataset, body.dataset).access is Access.OPEN:
        raise Refused("dataset.open", dataset=body.dataset)
    dataset = state.get(Dataset, body.dataset)
    asked = state.get(Proposal, body.proposal).columns_of(body.dataset)
    unasked = [c.column for c in dataset.columns if c.column not in asked]
    if unasked or not asked:
        raise Refused(
            "dataset.unasked", dataset=body.dataset, proposal=body.proposal, columns=unasked
        )
    personal = [c.column for c in dataset.columns if c.sensitivity is not Sensitivity.NONE]
    if personal:
        raise Refused("column.open", dataset=body.dataset, column=personal)


@rule(AgreementDrafted)
def check_agreement(state: State, body: AgreementDrafted, _said: Said) -> None:
    """Refuse a grant wider than the proposal that the public judged.

    Raises:
        Refused: ``agreement.taken``, ``decision.missing``, ``basis.missing``,
            ``grant.custodian``, ``grant.columns``, ``grant.subject``, ``grant.purposes``,
            ``grant.recipients``, ``grant.window``, ``grant.critical``.
    """
    state.free(Agreement, body.agreement)
    proposal = state.get(Proposal, body.proposal)
    _decision(state, body.proposal, body.custodian, "share")
    if not proposal.basis_of(body.custodian):
        raise Refused("basis.missing", organisation=body.custodian)
    dataset = state.get(Dataset, body.dataset)
    if dataset.custodian != body.custodian:
        raise Refused("grant.custodian", dataset=body.dataset, custodian=dataset.custodian)
    if dataset.column(body.subject_column) is None:
        raise Missing("column.unknown", dataset=body.dataset, name=body.subject_column)
    _within("grant.columns", body.columns, proposal.columns_of(body.dataset))
    _within("grant.purposes", body.purposes, proposal.purposes)
    _within("grant.recipients", body.recipients, [proposal.recipient or ""])
    _within("grant.critical", body.critical, body.patterns)
    if body.ends - body.starts > LONGEST_AGREEMENT:
        raise Refused("grant.long", years=LONGEST_AGREEMENT.days // 365)
    if not body.starts < body.ends or not body.starts.date() <= body.review <= body.ends.date():
        raise Refused("grant.window", agreement=body.agreement)


def _within(code: str, given: Iterable[str], allowed: Iterable[str]) -> None:
    outside = sorted(set(given) - set(allowed))
    if outside:
        raise Refused(code, outside=outside, allowed=sorted(allowed))


def _unsigned(state: State, name: str) -> Agreement:
    agreement = state.get(Agreement, name)
    if agreement.signed_by:
        raise Refused("agreement.signed", agreement=name)
    return agreement


@rule(PartyNamed)
def check_party(state: State, body: PartyNamed, _said: Said) -> None:
    """Refuse an unknown organisation, a party named twice, and a change after a signature."""
    agreement = _unsigned(state, body.agreement)
    state.get(Organisation, body.organisation)
    if body.organisation in {party.organisation for party in agreement.parties}:
        raise Refused("party.taken", organisation=body.organisation)


@rule(LimitAdded)
def check_limit(state: State, body: LimitAdded, _said: Said) -> None:
    """Refuse a limit without a reason that can be found, or that its columns cannot keep."""
    agreement = _unsigned(state, body.agreement)
    limit = body.terms
    _check_name(agreement, limit.limit)
    ground(state, state.get(Proposal, agreement.proposal), limit.because)
    _within("limit.patterns", limit.patterns, agreement.patterns)
    _check_columns(state, agreement, limit)
    if isinstance(limit, OnlyPurposes):
        _within("limit.purposes", limit.purposes, agreement.purposes)
    for issuer in _issuers(limit):
        state.get(Organisation, issuer)
    if _issuers(limit) and set(_issuers(limit)) <= set(agreement.recipients):
        raise Refused("limit.issuers", issuers=_issuers(limit))


_GRANT_WORDS = frozenset(
    {"grant", "signatures", "window", "suspension", "recipients", "purposes", "patterns", "columns"}
)
"""What a verdict calls the parts of a grant; no rule or duty may pass for one."""


def _check_name(agreement: Agreement, name: str) -> None:
    limits = {limit.limit for limit in agreement.limits}
    if name in _GRANT_WORDS or name in limits or agreement.duty(name):
        raise Refused("term.taken", name=name)


def _when(limit: Limit) -> When | None:
    if isinstance(limit, Coarsen):
        return limit.unless
    return limit.when if isinstance(limit, WhileSignal) else None


def _issuers(limit: Limit) -> tuple[str, ...]:
    when = _when(limit)
    return when.issuers if when else ()


def _check_columns(state: State, agreement: Agreement, limit: Limit) -> None:
    granted: list[str] = []
    if isinstance(limit, OnlyColumns):
        granted += limit.columns
    if isinstance(limit, Coarsen | Pseudonymise):
        granted.append(limit.column)
    _within("limit.columns", granted, agreement.columns)
    held: list[str] = [limit.column] if isinstance(limit, OnlyRows) else []
    if isinstance(limit, Coarsen) and limit.source:
        held.append(limit.source)
    when = _when(limit)
    if when:
        held.append(when.area_column)
    dataset = state.get(Dataset, agreement.dataset)
    _within("limit.columns", held, [column.column for column in dataset.columns])
    if isinstance(limit, Coarsen):
        _check_fits(dataset, limit)


def _check_fits(dataset: Dataset, limit: Coarsen) -> None:
    """Refuse what cannot be made of the values of a column: no release point could give it."""
    column = dataset.column(limit.source or limit.column)
    if column and column.type not in FITS[limit.to]:
        raise Refused("limit.to", column=column.column, form=limit.to, type=column.type)


@rule(DutyAdded)
def check_duty(state: State, body: DutyAdded, _said: Said) -> None:
    """Refuse a duty of a stranger, without a reason, or one whose miss would stop a rescue."""
    agreement = _unsigned(state, body.agreement)
    _check_name(agreement, body.duty)
    if body.party not in {party.organisation for party in agreement.parties}:
        raise Refused("duty.party", organisation=body.party)
    ground(state, state.get(Proposal, agreement.proposal), body.because)
    _within("duty.patterns", body.on_miss, agreement.patterns)
    if not body.on_miss:
        raise Refused("duty.effect", name=body.duty)
    if not agreement.starts.date() <= body.due <= agreement.ends.date() + AFTER_THE_END:
        raise Refused("duty.due", name=body.duty, due=body.due.isoformat())
    stops = [p for p, effect in body.on_miss.items() if effect is Effect.SUSPEND]
    if set(stops) & set(agreement.critical):
        raise Refused("duty.critical", patterns=sorted(set(stops) & set(agreement.critical)))


@rule(AgreementSigned)
def check_signed(state: State, body: AgreementSigned, said: Said) -> None:
    """Refuse a second signature, other terms than those on the table, and a forgotten promise.

    Every recommendation that was to become a rule or a duty must be the reason of one.

    Raises:
        Refused: ``signature.taken``, ``agreement.terms``, ``agreement.parties``,
            ``agreement.limits``, ``recommendation.untraced``.
    """
    agreement = state.get(Agreement, body.agreement)
    if said.org in agreement.signed_by:
        raise Refused("signature.taken", organisation=said.org)
    if said.at >= agreement.ends:
        raise Refused("agreement.over", agreement=body.agreement)
    if body.terms != agreement.terms:
        raise Refused("agreement.terms", agreement=body.agreement)
    absent = unnamed(agreement)
    if absent:
        raise Refused("agreement.parties", organisations=absent)
    if not agreement.limits:
        raise Refused("agreement.limits", agreement=body.agreement)
    forgotten = [each.recommendation for each in untraced(state, agreement)]
    if forgotten:
        raise Refused("recommendation.untraced", recommendations=forgotten)


def unnamed(agreement: Agreement) -> list[str]:
    """Give the organisations that an agreement binds and does not name as a party."""
    named = {party.organisation for party in agreement.parties}
    return sorted({agreement.custodian, *agreement.recipients} - named)


def untraced(state: State, agreement: Agreement) -> list[Recommendation]:
    """Give the recommendations that were to become a rule or a duty and are the reason of none."""
    kept = {
        "rule": {limit.because for limit in agreement.limits},
        "duty": {duty.because for duty in agreement.duties},
    }
    return [
        each
        for each in recommendations_of(state, agreement.proposal)
        if each.answered
        and each.answered.becomes in kept
        and f"recommendation:{each.recommendation}" not in kept[each.answered.becomes]
    ]


@rule(AgreementSuspended)
def check_suspended(state: State, body: AgreementSuspended, _said: Said) -> None:
    """Refuse to suspend what is not signed, or patterns that are not granted."""
    agreement = state.get(Agreement, body.agreement)
    if not agreement.is_signed:
        raise Refused("agreement.unsigned", agreement=body.agreement)
    if not body.patterns:
        raise Refused("suspension.empty", agreement=body.agreement)
    _within("limit.patterns", body.patterns, agreement.patterns)


@rule(AgreementResumed)
def check_resumed(state: State, body: AgreementResumed, _said: Said) -> None:
    """Refuse to resume what is not suspended."""
    if not state.get(Agreement, body.agreement).suspended:
        raise Refused("agreement.running", agreement=body.agreement)
