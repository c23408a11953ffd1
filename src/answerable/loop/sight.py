"""What may be seen: the third question, asked before every door to the vault and the desk."""

from answerable.model.actor import Actor, Role
from answerable.model.engagement import Engagement
from answerable.model.errors import Forbidden
from answerable.model.organisation import OpenRegister, Organisation
from answerable.model.state import State


def check_may_see(state: State, actor: Actor, subject: str) -> None:
    """Refuse to show a private record to somebody who has no business with it.

    A pool, and what the profiles of its lottery stand for, are for the facilitator who recruited
    it and for auditors; names and contacts of volunteers for the facilitator alone; a seed that one
    body sealed for nobody until it is opened; the name behind a reference for people of the same
    organisation.

    Raises:
        Forbidden: ``actor.sight``.
    """
    kind, _, name = subject.partition(":")
    if state.find(Organisation, actor.organisation) is None:
        raise Forbidden("actor.sight", role=actor.role, organisation=actor.organisation)
    may = _MAY.get(kind, _nobody)
    if not may(state, actor, name):
        raise Forbidden("actor.sight", role=actor.role, organisation=actor.organisation)


def check_may_erase(state: State, actor: Actor, subject: str) -> None:
    """Refuse to erase for somebody who may not see, or who only looks on.

    Raises:
        Forbidden: ``actor.sight``.
    """
    check_may_see(state, actor, subject)
    if actor.role is Role.AUDITOR:
        raise Forbidden("actor.sight", role=actor.role, organisation=actor.organisation)


def _pool(state: State, actor: Actor, name: str) -> bool:
    if actor.role is Role.AUDITOR:
        return _oversees(state, actor)
    return _volunteer(state, actor, name.partition("/")[0])


def _volunteer(state: State, actor: Actor, name: str) -> bool:
    engagement = state.find(Engagement, name)
    own = engagement is not None and actor.organisation == engagement.facilitator
    return own and actor.role is Role.FACILITATOR


def _seed(state: State, actor: Actor, name: str) -> bool:
    engagement = state.find(Engagement, name)
    drawn = engagement is not None and engagement.drawn is not None
    return drawn and actor.role is Role.AUDITOR and _oversees(state, actor)


def _oversees(state: State, actor: Actor) -> bool:
    """Auditors act for the body that runs the register, until others can be appointed."""
    opened = state.find(OpenRegister, "register")
    return opened is not None and actor.organisation == opened.operator


def _person(_state: State, actor: Actor, name: str) -> bool:
    staff = (Role.OFFICER, Role.CUSTODIAN, Role.FACILITATOR, Role.STEWARD)
    return actor.organisation == name and actor.role in staff


def _nobody(_state: State, _actor: Actor, _name: str) -> bool:
    return False


_MAY = {
    "pool": _pool,
    "lottery": _pool,
    "volunteer": _volunteer,
    "seed": _seed,
    "person": _person,
}
