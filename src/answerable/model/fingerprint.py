"""One digest over what somebody signs about, so that it cannot change under the signature."""

import hashlib
from typing import Any

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
    said = [_said(record) for record in records]
    return hashlib.sha256(b"answerable/records/v1\n" + canonical(said)).hexdigest()


def _said(record: Frozen) -> dict[str, Any]:
    said = record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    by_keys = isinstance(record, Engagement) and record.pool and record.pool.seed.rule == "sealed"
    return _by_keys(said) if by_keys else said


def _by_keys(said: dict[str, Any]) -> dict[str, Any]:
    """Write a draw of earlier days as it was signed about: as its two entries said it."""
    (draw,) = said.pop("draws")
    named = {"engagement": said["engagement"]}
    pool = {name: draw[name] for name in ("volunteers", "pool", "targets", "method")}
    said["pool"] = {**named, **pool, "seed_commitment": draw["seed"]["commitment"]}
    drawn = draw.get("drawn")
    if drawn:
        said["drawn"] = {**named, **{name: drawn[name] for name in ("seed", "members", "totals")}}
        said["drawn_on"] = drawn["day"]
    return said


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
