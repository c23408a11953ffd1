"""Where a term comes from: every limit and duty names its reason, and the reason can be found."""

from answerable.model.assessment import Route
from answerable.model.engagement import Engagement, Recommendation
from answerable.model.errors import Missing, Refused
from answerable.model.proposal import Basis, Proposal, Risk
from answerable.model.state import State
from answerable.model.vision import Principle

Ground = Recommendation | Principle | Risk | Basis


def ground(state: State, proposal: Proposal, reason: str) -> Ground:
    """Find what a reason names, and make sure that it bears on the proposal.

    Raises:
        Missing: nothing has that name.
        Refused: ``reason.elsewhere`` if it belongs to another proposal, ``reason.rejected`` if
            the recommendation was not accepted even in part.
    """
    what, _, name = reason.partition(":")
    if what == "principle":
        return state.get(Principle, name)
    if what == "risk":
        return _here(proposal, reason, state.get(Risk, name))
    if what == "basis":
        basis = proposal.basis_of(name)
        if basis is None:
            raise Missing("basis.unknown", name=name)
        return basis
    return _kept(state, proposal, reason, state.get(Recommendation, name))


def _here(proposal: Proposal, reason: str, risk: Risk) -> Risk:
    if risk.proposal != proposal.proposal:
        raise Refused("reason.elsewhere", reason=reason, proposal=proposal.proposal)
    return risk


def _kept(
    state: State, proposal: Proposal, reason: str, recommendation: Recommendation
) -> Recommendation:
    if state.get(Engagement, recommendation.engagement).proposal != proposal.proposal:
        raise Refused("reason.elsewhere", reason=reason, proposal=proposal.proposal)
    if recommendation.answered is None or recommendation.answered.answer == "rejected":
        raise Refused("reason.rejected", reason=reason)
    return recommendation


def recommendations_of(state: State, proposal: str) -> list[Recommendation]:
    """Give what every panel on a proposal recommended."""
    panels = {each.engagement for each in state.of(Engagement, proposal)}
    return [r for r in state.each(Recommendation) if r.engagement in panels]


def needs_panel(proposal: Proposal) -> bool:
    """Tell whether the published rule sent a proposal to a panel."""
    return proposal.route == Route.PANEL
