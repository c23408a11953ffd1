"""Walk from a term to the people who asked for it, and from a recommendation to what it became."""

from dataclasses import dataclass

from answerable.model.agreement import Agreement, Duty
from answerable.model.engagement import Recommendation
from answerable.model.errors import Missing
from answerable.model.limits import Limit
from answerable.model.proposal import Basis, Proposal, Risk
from answerable.model.reasons import Ground, ground
from answerable.model.state import State
from answerable.model.text import Text


@dataclass(frozen=True, slots=True)
class Trace:
    """A term, the reason it names, and what stands behind the reason.

    Attributes:
        entry: index of the entry in which the reason was first said; for a basis, that of the
            proposal.
    """

    agreement: str
    term: Limit | Duty
    reason: str
    ground: Ground
    words: Text
    entry: int


def why(state: State, agreement: str, term: str) -> Trace:
    """Tell why a limit or duty is there.

    Raises:
        Missing: ``agreement.unknown`` or ``term.unknown``.
    """
    agreed = state.get(Agreement, agreement)
    for candidate in (*agreed.limits, *agreed.duties):
        name = candidate.duty if isinstance(candidate, Duty) else candidate.limit
        if name == term:
            proposal = state.get(Proposal, agreed.proposal)
            found = ground(state, proposal, candidate.because)
            entry = proposal.entry if isinstance(found, Basis) else found.entry
            return Trace(agreement, candidate, candidate.because, found, _words(found), entry)
    raise Missing("term.unknown", name=term, agreement=agreement)


def _words(found: Ground) -> Text:
    if isinstance(found, Recommendation):
        return found.words
    if isinstance(found, Risk):
        return found.title
    return found.confidentiality if isinstance(found, Basis) else found.commitment


def became(state: State, recommendation: str) -> list[tuple[str, Limit | Duty]]:
    """Give the terms a recommendation became, each with its agreement.

    Raises:
        Missing: ``recommendation.unknown``.
    """
    name = f"recommendation:{state.get(Recommendation, recommendation).recommendation}"
    return [
        (agreed.agreement, term)
        for agreed in state.each(Agreement)
        for term in (*agreed.limits, *agreed.duties)
        if term.because == name
    ]
