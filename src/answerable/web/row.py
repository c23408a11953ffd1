"""What the table of pages is made of."""

from typing import Final, Literal, NamedTuple

from answerable.model.actor import Role
from answerable.web.call import View

ANYONE: Final = frozenset(Role)
CITIZEN: Final = frozenset({Role.CITIZEN})
STAFF: Final = frozenset({Role.OFFICER, Role.CUSTODIAN, Role.FACILITATOR, Role.STEWARD})
SIGNED_IN: Final = ANYONE - {Role.PUBLIC}
AUDIT: Final = STAFF | {Role.AUDITOR}


class Row(NamedTuple):
    """One page.

    Attributes:
        path: without the language; parts in braces are names.
        access: the roles that may; whoever has not signed in is the public.
        takes: what is sent to it, if it is not only asked for: a form, or JSON.
        data: whether programs get the same facts as JSON; files to keep and ways elsewhere do not.
    """

    method: str
    path: str
    access: frozenset[Role]
    view: View
    takes: Literal["form", "json"] = "form"
    data: bool = True
