"""Propose: a purpose, the columns asked for and why, the lawful basis, benefits and risks."""

from answerable.model.base import Slug
from answerable.model.command import Command, Said, rule, says
from answerable.model.dataset import Dataset, Sensitivity
from answerable.model.errors import Missing, Refused
from answerable.model.organisation import Organisation
from answerable.model.proposal import (
    Ask,
    AskAdded,
    Basis,
    BasisStated,
    Benefit,
    BenefitClaimed,
    BenefitFields,
    Proposal,
    ProposalFields,
    ProposalMade,
    Risk,
    RiskFields,
    RiskNamed,
    open_proposal,
)
from answerable.model.state import State
from answerable.model.vision import Mission


class Propose(ProposalFields, Command):
    """Make a proposal public."""


class AddAsk(Ask, Command):
    """Ask for one column, and say why it is needed."""

    proposal: Slug


class StateBasis(Basis, Command):
    """State what makes it lawful for one organisation to disclose."""

    proposal: Slug


class AddBenefit(BenefitFields, Command):
    """Claim a benefit, with a way to tell whether it came."""

    proposal: Slug


class AddRisk(RiskFields, Command):
    """Name a risk, and to whom."""

    proposal: Slug


says(Propose, ProposalMade)
says(AddAsk, AskAdded)
says(StateBasis, BasisStated)
says(AddBenefit, BenefitClaimed)
says(AddRisk, RiskNamed)


@rule(ProposalMade)
def check_proposal(state: State, body: ProposalMade, _said: Said) -> None:
    """Refuse a name that is taken, an unknown mission, and personal data without a recipient."""
    state.free(Proposal, body.proposal)
    if body.mission is not None:
        state.get(Mission, body.mission)
    if body.recipient is not None:
        state.get(Organisation, body.recipient)
    elif body.identifiable:
        raise Refused("proposal.recipient", proposal=body.proposal)


@rule(AskAdded)
def check_ask(state: State, body: AskAdded, _said: Said) -> None:
    """Refuse a column nobody described, one asked for twice, and a personal one in disguise."""
    proposal = open_proposal(state, body.proposal)
    column = state.get(Dataset, body.dataset).column(body.column)
    if column is None:
        raise Missing("column.unknown", dataset=body.dataset, name=body.column)
    if body.column in proposal.columns_of(body.dataset):
        raise Refused("ask.taken", dataset=body.dataset, column=body.column)
    if column.sensitivity is not Sensitivity.NONE and not proposal.identifiable:
        raise Refused("ask.identifiable", dataset=body.dataset, column=body.column)


@rule(BasisStated)
def check_basis(state: State, body: BasisStated, _said: Said) -> None:
    """Refuse a basis for an organisation that is asked for nothing, and a second one."""
    proposal = open_proposal(state, body.proposal)
    asked = {state.get(Dataset, ask.dataset).custodian for ask in proposal.asks}
    if body.organisation not in asked:
        raise Refused("basis.organisation", organisation=body.organisation, wanted=sorted(asked))
    columns = [
        state.get(Dataset, ask.dataset).column(ask.column)
        for ask in proposal.asks
        if state.get(Dataset, ask.dataset).custodian == body.organisation
    ]
    personal = any(c and c.sensitivity is not Sensitivity.NONE for c in columns)
    if personal and body.article_6 == "no-personal-data":
        raise Refused("basis.personal", organisation=body.organisation)
    if proposal.basis_of(body.organisation):
        raise Refused("basis.taken", organisation=body.organisation)


@rule(BenefitClaimed)
def check_benefit(state: State, body: BenefitClaimed, _said: Said) -> None:
    """Refuse a name that is taken, and a proposal that is closed to change."""
    state.free(Benefit, body.benefit)
    open_proposal(state, body.proposal)


@rule(RiskNamed)
def check_risk(state: State, body: RiskNamed, _said: Said) -> None:
    """Refuse a name that is taken, and a proposal that is closed to change."""
    state.free(Risk, body.risk)
    open_proposal(state, body.proposal)
