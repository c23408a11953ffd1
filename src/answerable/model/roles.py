"""Who may say what: one row for every kind of entry.

A row names the roles, the organisations (as far as the state tells), and who must sign. What the
state allows is in `answerable.stages`; what may be seen is in `answerable.loop`.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from answerable.model.actor import Role
from answerable.model.agreement import Agreement
from answerable.model.dataset import Dataset
from answerable.model.engagement import Consultation, Engagement, Recommendation, Statement
from answerable.model.errors import Forbidden, Missing
from answerable.model.exchange import Gateway, RecipientService
from answerable.model.organisation import OpenRegister
from answerable.model.proposal import Benefit, Proposal, Risk
from answerable.model.signal import Signal
from answerable.model.state import State


class Signed(StrEnum):
    """Whose signatures an entry needs besides the seal of the register."""

    NO = "no"
    ORGANISATION = "organisation"
    STEWARDS = "stewards"
    OLD_AND_NEW = "old-and-new"
    SEAL_OR_STEWARDS = "seal-or-stewards"


Whose = Callable[[State, Any], Collection[str] | None]
"""The organisations that may say a body; none named means any that was admitted."""


@dataclass(frozen=True, slots=True)
class Permit:
    """One row of the table."""

    roles: frozenset[Role]
    whose: Whose
    signed: Signed = Signed.NO


def _anyone(_state: State, _body: Any) -> None:
    return None


def _operator(state: State, body: Any) -> Collection[str]:
    opened = state.find(OpenRegister, "register")
    return [opened.operator if opened else body.operator]


def _custodian(state: State, body: Any) -> Collection[str]:
    return [state.get(Dataset, body.dataset).custodian]


def _proposer(state: State, body: Any) -> Collection[str]:
    return [state.get(Proposal, body.proposal).made_by]


def _proposer_of_benefit(state: State, body: Any) -> Collection[str]:
    return [state.get(Proposal, state.get(Benefit, body.benefit).proposal).made_by]


def _proposer_of_risk(state: State, body: Any) -> Collection[str]:
    return [state.get(Proposal, state.get(Risk, body.risk).proposal).made_by]


def _consulter(state: State, body: Any) -> Collection[str]:
    consultation = state.get(Consultation, body.consultation)
    return [state.get(Proposal, consultation.proposal).made_by]


def _facilitator(state: State, body: Any) -> Collection[str]:
    return [state.get(Engagement, body.engagement).facilitator]


def _witness(state: State, body: Any) -> Collection[str]:
    draws = state.get(Engagement, body.engagement).draws
    seeds = [draw.seed for draw in draws if draw.draw == body.draw]
    return [each for seed in seeds if seed.rule == "witnesses" for each in seed.witnesses]


def _facilitator_of_statement(state: State, body: Any) -> Collection[str]:
    return _facilitator(state, state.get(Statement, body.statement))


def _facilitator_of_recommendation(state: State, body: Any) -> Collection[str]:
    return _facilitator(state, state.get(Recommendation, body.recommendation))


def _commissioner(state: State, body: Any) -> Collection[str]:
    recommendation = state.get(Recommendation, body.recommendation)
    return [state.get(Engagement, recommendation.engagement).commissioner]


def _discloser(state: State, body: Any) -> Collection[str]:
    proposal = state.get(Proposal, body.proposal)
    return [state.get(Dataset, ask.dataset).custodian for ask in proposal.asks]


def _agreeing(state: State, body: Any) -> Collection[str]:
    return [state.get(Agreement, body.agreement).custodian]


def _party(state: State, body: Any) -> Collection[str]:
    return [party.organisation for party in state.get(Agreement, body.agreement).parties]


def _debtor(state: State, body: Any) -> Collection[str]:
    duty = state.get(Agreement, body.agreement).duty(body.duty)
    if duty is None:
        raise Missing("duty.unknown", name=body.duty)
    return [duty.party]


def _issuer(state: State, body: Any) -> Collection[str]:
    return [state.get(Signal, body.declaration).issuer]


def _of_service(state: State, body: Any) -> Collection[str]:
    return [state.get(RecipientService, body.service).organisation]


def _of_gateway(state: State, body: Any) -> Collection[str]:
    return [state.get(Gateway, body.gateway).organisation]


def _permit(whose: Whose, *roles: Role, signed: Signed = Signed.NO) -> Permit:
    return Permit(frozenset(roles), whose, signed)


_BY_ORGANISATION = Signed.ORGANISATION
_OFFICER, _CUSTODIAN = Role.OFFICER, Role.CUSTODIAN
_FACILITATOR, _STEWARD = Role.FACILITATOR, Role.STEWARD
_STAFF = (_OFFICER, _CUSTODIAN, _FACILITATOR, _STEWARD)

MAY: dict[str, Permit] = {
    "register.opened": _permit(_operator, _STEWARD, signed=Signed.STEWARDS),
    "register.key_rotated": _permit(_operator, _STEWARD, signed=Signed.SEAL_OR_STEWARDS),
    "organisation.admitted": _permit(_operator, _STEWARD, signed=Signed.STEWARDS),
    "organisation.key_rotated": _permit(
        lambda state, body: [body.organisation, *_operator(state, body)],
        _CUSTODIAN,
        _OFFICER,
        _STEWARD,
        signed=Signed.OLD_AND_NEW,
    ),
    "text.translated": _permit(_anyone, _OFFICER, _CUSTODIAN, _FACILITATOR, _STEWARD),
    "vision.published": _permit(_operator, _STEWARD, _OFFICER),
    "scenario.told": _permit(_operator, _STEWARD, _OFFICER),
    "ambition.set": _permit(_operator, _STEWARD, _OFFICER),
    "principle.adopted": _permit(_operator, _STEWARD, _OFFICER),
    "mission.set": _permit(_operator, _STEWARD, _OFFICER),
    "dataset.described": _permit(lambda _, body: [body.custodian], _CUSTODIAN),
    "column.described": _permit(_custodian, _CUSTODIAN),
    "dataset.opened": _permit(_custodian, _CUSTODIAN, signed=_BY_ORGANISATION),
    "proposal.made": _permit(_anyone, _OFFICER),
    "ask.added": _permit(_proposer, _OFFICER),
    "basis.stated": _permit(_proposer, _OFFICER),
    "benefit.claimed": _permit(_proposer, _OFFICER),
    "risk.named": _permit(_proposer, _OFFICER),
    "test.judged": _permit(_proposer, _OFFICER),
    "feature.judged": _permit(_proposer, _OFFICER),
    "benefit.scored": _permit(_proposer_of_benefit, _OFFICER),
    "risk.scored": _permit(_proposer_of_risk, _OFFICER),
    "dpia.recorded": _permit(_proposer, _OFFICER),
    "proposal.routed": _permit(_proposer, _OFFICER),
    "consultation.opened": _permit(_proposer, _OFFICER),
    "consultation.closed": _permit(_consulter, _OFFICER),
    "engagement.opened": _permit(_proposer, _OFFICER),
    "population.stated": _permit(_facilitator, _FACILITATOR),
    "pool.committed": _permit(_facilitator, _FACILITATOR, signed=_BY_ORGANISATION),
    "registration.opened": _permit(_facilitator, _FACILITATOR),
    "recruitment.told": _permit(_facilitator, _FACILITATOR),
    "seed.promised": _permit(_witness, *_STAFF, signed=_BY_ORGANISATION),
    "seed.revealed": _permit(_witness, *_STAFF, signed=_BY_ORGANISATION),
    "panel.drawn": _permit(_facilitator, _FACILITATOR, signed=_BY_ORGANISATION),
    "members.confirmed": _permit(_facilitator, _FACILITATOR),
    "member.left": _permit(_facilitator, _FACILITATOR),
    "targets.relaxed": _permit(_facilitator, _FACILITATOR),
    "replacement.committed": _permit(_facilitator, _FACILITATOR, signed=_BY_ORGANISATION),
    "pool.published": _permit(_facilitator, _FACILITATOR),
    "workshop.held": _permit(_facilitator, _FACILITATOR),
    "panel.finished": _permit(_facilitator, _FACILITATOR, signed=_BY_ORGANISATION),
    "statement.put": _permit(_facilitator, _FACILITATOR),
    "tally.counted": _permit(_facilitator_of_statement, _FACILITATOR),
    "recommendation.ratified": _permit(_facilitator, _FACILITATOR, signed=_BY_ORGANISATION),
    "dissent.recorded": _permit(_facilitator_of_recommendation, _FACILITATOR),
    "recommendation.answered": _permit(
        _commissioner, _OFFICER, _CUSTODIAN, signed=_BY_ORGANISATION
    ),
    "proposal.decided": _permit(_discloser, _CUSTODIAN, signed=_BY_ORGANISATION),
    "agreement.drafted": _permit(
        lambda _, body: [body.custodian], _CUSTODIAN, signed=_BY_ORGANISATION
    ),
    "party.named": _permit(_agreeing, _CUSTODIAN),
    "limit.added": _permit(_agreeing, _CUSTODIAN),
    "duty.added": _permit(_agreeing, _CUSTODIAN),
    "agreement.signed": _permit(_party, _CUSTODIAN, _OFFICER, signed=_BY_ORGANISATION),
    "agreement.suspended": _permit(_agreeing, _CUSTODIAN, signed=_BY_ORGANISATION),
    "agreement.resumed": _permit(_agreeing, _CUSTODIAN, signed=_BY_ORGANISATION),
    "signal.declared": _permit(_anyone, _OFFICER, signed=_BY_ORGANISATION),
    "signal.ended": _permit(_issuer, _OFFICER, signed=_BY_ORGANISATION),
    "service.listed": _permit(_anyone, _OFFICER, _CUSTODIAN, signed=_BY_ORGANISATION),
    "service.withdrawn": _permit(_of_service, _OFFICER, _CUSTODIAN, signed=_BY_ORGANISATION),
    "gateway.listed": _permit(_anyone, _CUSTODIAN, signed=_BY_ORGANISATION),
    "optouts.sealed": _permit(_anyone, _CUSTODIAN, signed=_BY_ORGANISATION),
    "releases.counted": _permit(_of_gateway, _CUSTODIAN, signed=_BY_ORGANISATION),
    "duty.met": _permit(_debtor, _OFFICER, _CUSTODIAN, signed=_BY_ORGANISATION),
    "outcome.reported": _permit(_proposer, _OFFICER),
}


def check_may(state: State, kind: str, said: object, role: Role, organisation: str) -> None:
    """Refuse an actor whose role, or whose organisation, may not say this.

    ``said`` is the body, or a command with the same fields: a door can ask before it acts.

    Raises:
        Forbidden: ``actor.role`` or ``actor.organisation``.
        Missing: what it is about does not exist.
    """
    permit = MAY[kind]
    if role not in permit.roles:
        raise Forbidden("actor.role", kind=kind, role=role, wanted=sorted(permit.roles))
    whose = permit.whose(state, said)
    if whose is not None and organisation not in whose:
        raise Forbidden(
            "actor.organisation", kind=kind, organisation=organisation, wanted=sorted(set(whose))
        )
