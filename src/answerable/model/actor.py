"""Who acts: a person or service, in a role, for an organisation."""

from enum import StrEnum

from answerable.model.base import ActorRef, Frozen, Slug


class Role(StrEnum):
    """What somebody acts as. What each may do is in `answerable.model.roles`."""

    PUBLIC = "public"
    CITIZEN = "citizen"
    PANELLIST = "panellist"
    FACILITATOR = "facilitator"
    OFFICER = "officer"
    CUSTODIAN = "custodian"
    RECIPIENT = "recipient"
    AUDITOR = "auditor"
    STEWARD = "steward"


class Actor(Frozen):
    """A person or service acting, with a role, for an organisation."""

    role: Role
    organisation: Slug
    ref: ActorRef
