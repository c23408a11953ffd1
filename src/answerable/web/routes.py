"""Every page, with its access, in one table."""

from typing import Final, NamedTuple

from answerable.model.actor import Role
from answerable.web.call import View
from answerable.web.pages import decide, front, propose

ANYONE: Final = frozenset(Role)
STAFF: Final = frozenset({Role.OFFICER, Role.CUSTODIAN, Role.FACILITATOR, Role.STEWARD})


class Row(NamedTuple):
    """One page.

    Attributes:
        path: without the language; parts in braces are names.
        access: the roles that may; whoever has not signed in is the public.
    """

    method: str
    path: str
    access: frozenset[Role]
    view: View


TABLE: Final = (
    Row("GET", "/", ANYONE, front.front),
    Row("GET", "/proposals", ANYONE, propose.proposals),
    Row("GET", "/proposals/{proposal}", ANYONE, propose.proposal),
    Row("GET", "/agreements/{agreement}", ANYONE, decide.agreement),
    Row("GET", "/agreements/{agreement}/rules/{rule}", ANYONE, decide.rule),
    Row("GET", "/recommendations/{recommendation}", ANYONE, decide.recommendation),
)
