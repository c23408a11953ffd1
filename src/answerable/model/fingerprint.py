"""One digest over what somebody signs about, so that it cannot change under the signature."""

import hashlib

from answerable.model.assessment import Assessment
from answerable.model.base import Frozen
from answerable.model.engagement import Consultation, Engagement, Recommendation, Statement
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.signing import canonical
from answerable.model.state import State


def fingerprint(*records: Frozen) -> str:
    """Give SHA-256 over records, in their order, with the entries that first said them.

    What was not said is left out, so that a field added later changes no old fingerprint.
    """
    said = [
        record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        for record in records
    ]
    return hashlib.sha256(b"answerable/records/v1\n" + canonical(said)).hexdigest()


def of_recommendation(state: State, name: str) -> str:
    """Give what a commissioner answers: the words, the votes, every dissent.

    Raises:
        Missing: ``recommendation.unknown``.
    """
    return fingerprint(state.get(Recommendation, name).with_(answered=None))


def of_proposal(state: State, name: str) -> str:
    """Give what a custodian decides on: proposal, assessment, and everything the public said.

    Raises:
        Missing: ``proposal.unknown``.
    """
    proposal = state.get(Proposal, name)
    weighed = state.find(Assessment, name)
    panels = state.of(Engagement, name)
    sat = {panel.engagement for panel in panels}
    return fingerprint(
        proposal,
        *([weighed] if weighed else []),
        *state.of(Benefit, name),
        *state.of(Risk, name),
        *state.of(Consultation, name),
        *panels,
        *(s for s in state.each(Statement) if s.engagement in sat),
        *(r for r in state.each(Recommendation) if r.engagement in sat),
    )
